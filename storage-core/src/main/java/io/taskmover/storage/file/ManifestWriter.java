package io.taskmover.storage.file;

import static io.taskmover.storage.file.ManifestFormat.FRAME_BYTES;

import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Map;
import java.util.Set;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/** Writes frames to the end of a manifest. Nothing counts before the next mark. Not thread-safe. */
final class ManifestWriter {
    private static final int BUFFER_BYTES = 1 << 20;

    private final Disk disk;
    private final FileChannel channel;
    private final StubShapes shapes;
    private final ByteSink buffer = new ByteSink(FRAME_BYTES * 2);
    private final long durable;
    private long flushed;
    /** Where the last mark begins, if it is a clean one; else -1. */
    private long cleanMark = -1;
    /** Where in the buffer the frame under construction begins; -1 if there is none. */
    private int frame = -1;

    private @Nullable String unitsOf;

    /** @param position the size of the file so far, where the channel stands */
    ManifestWriter(Disk disk, FileChannel channel, long position, StubShapes shapes) {
        this.disk = disk;
        this.channel = channel;
        this.durable = position;
        this.flushed = position;
        this.shapes = shapes;
    }

    /** The size of the file before this. */
    long start() {
        return durable;
    }

    /** Says how the rows are kept; the first thing said, if it is not the usual way. */
    void layout(Layout layout) throws IOException {
        begin(ManifestFormat.LAYOUT);
        buffer.putByte(layout.number());
        end();
    }

    /** Says which tables there are from now on. */
    void catalog(StoreCatalog catalog) throws IOException {
        begin(ManifestFormat.CATALOG);
        buffer.putText(CatalogJson.encode(catalog.tables().values()));
        end();
        shapes.retain(catalog.tables().keySet());
    }

    /** Says that everything that was said about a table's files is void. */
    void emptied(String table) throws IOException {
        begin(ManifestFormat.EMPTIED);
        buffer.putText(table);
        end();
        shapes.remove(table);
    }

    /**
     * Writes the key and the indexed columns of a row into a unit.
     *
     * @param row of the schema's type; whole, or a stub itself
     */
    void stub(ByteSink unit, TableSchema schema, Row row) throws IOException {
        StubShapes.Shape shape = shapes.find(schema);
        if (shape == null) {
            shape = shapes.add(schema.name(), StubShapes.columns(schema));
            shape(schema.name(), shape);
        }
        shape.write(unit, row);
    }

    private void shape(String table, StubShapes.Shape shape) throws IOException {
        begin(ManifestFormat.SHAPE);
        buffer.putText(table);
        buffer.putVarint(shape.number());
        buffer.putVarint(shape.columns().size());
        shape.columns().forEach(buffer::putText);
        end();
    }

    /** Takes over a table's shapes, so that stubs can be copied as they are. */
    void shapes(String table, StubShapes former) throws IOException {
        for (StubShapes.Shape shape : former.of(table)) {
            shapes.put(table, shape);
            shape(table, shape);
        }
    }

    /** Says in place of all shapes of a table which of their columns still mean what they meant. */
    void forgetColumns(String table, Set<String> columns) throws IOException {
        shapes.forget(table, columns);
        for (StubShapes.Shape shape : shapes.of(table)) {
            shape(table, shape);
        }
    }

    /** Writes a unit; returns its offset in the file. */
    long unit(String table, ByteSink unit) throws IOException {
        if (!table.equals(unitsOf)) {
            begin(ManifestFormat.UNITS);
            buffer.putText(table);
            unitsOf = table;
        }
        long offset = flushed + buffer.size();
        buffer.putBytes(unit);
        if (buffer.size() - frame >= FRAME_BYTES) {
            end();
        }
        return offset;
    }

    /** Makes all since the last mark count, once it is on the disk. */
    void mark(boolean clean, long sequence, Map<String, Long> generated) throws IOException {
        begin(ManifestFormat.MARK);
        cleanMark = clean ? flushed + frame : -1;
        buffer.putByte(clean ? 1 : 0);
        buffer.putVarint(sequence);
        buffer.putVarint(durable);
        buffer.putVarint(generated.size());
        generated.forEach((table, highest) -> {
            buffer.putText(table);
            buffer.putVarint(highest);
        });
        end();
    }

    /** Where the next frame goes: in the place of a clean mark, or to the end. After {@link #flush}. */
    long next() {
        return cleanMark < 0 ? flushed : cleanMark;
    }

    /** Gives everything to the operating system. */
    void flush() throws IOException {
        end();
        if (buffer.size() > 0) {
            disk.write(channel, buffer.asBuffer());
            flushed += buffer.size();
            buffer.truncate(0, BUFFER_BYTES);
        }
    }

    private void begin(int kind) throws IOException {
        end();
        frame = buffer.size();
        buffer.putInt(0);
        buffer.putInt(0);
        buffer.putByte(kind);
    }

    private void end() throws IOException {
        if (frame < 0) {
            return;
        }
        int start = frame;
        frame = -1;
        unitsOf = null;
        buffer.setInt(start + Integer.BYTES, buffer.size() - start - ManifestFormat.FRAME_HEADER_BYTES);
        CRC32C crc = new CRC32C();
        buffer.crc(crc, start + Integer.BYTES, buffer.size());
        buffer.setInt(start, (int) crc.getValue());
        if (buffer.size() >= BUFFER_BYTES) {
            flush();
        }
    }
}
