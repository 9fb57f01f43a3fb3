package io.taskmover.storage.file;

import static io.taskmover.storage.file.ManifestFormat.FRAME_HEADER_BYTES;
import static io.taskmover.storage.file.ManifestFormat.HEADER_BYTES;

import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.schema.TableSchema;
import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Reads a manifest, twice: to find the last mark, and then what stands before it. Holds one frame in memory at a time.
 *
 * <p>What a crash cut off stands after the last mark. A frame that is not whole although a mark follows is corruption.
 */
final class ManifestReader {
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path file;
    private final StubShapes shapes = new StubShapes();
    private Map<String, TableSchema> tables = new HashMap<>();
    private Map<String, Long> generated = new HashMap<>();
    private long sequence;
    private boolean clean;
    private long durable;

    ManifestReader(Path file) {
        this.file = file;
    }

    /** Is told what a manifest says, in its order. */
    interface Visitor {
        /** Tables that are not among these, or were not before, have no units. */
        void catalog(Map<String, TableSchema> tables);

        /** All units of a table so far are void. */
        void emptied(String table);

        /** Some columns in the stubs of a table so far do not mean any more what they did. */
        void forgetColumns(String table);

        /** Units of a table follow; what they are given to. */
        UnitVisitor units(TableSchema table, StubShapes shapes);
    }

    /** Is told of the units of one table. */
    interface UnitVisitor {
        /** @throws IllegalArgumentException if it cannot be understood */
        void unit(ByteSource unit, long offset);
    }

    /** Looks at nothing; for finding out whether a manifest is whole. */
    static final Visitor NOTHING = new Visitor() {
        @Override
        public void catalog(Map<String, TableSchema> tables) {}

        @Override
        public void emptied(String table) {}

        @Override
        public void forgetColumns(String table) {}

        @Override
        public UnitVisitor units(TableSchema table, StubShapes shapes) {
            return (unit, offset) -> {};
        }
    };

    /**
     * What the last mark says.
     *
     * @param clean whether nothing happened to the store after it
     * @param end where the next frame goes: after the mark, or in its place if it is clean
     * @param durable up to where the file was on the disk when the mark was written
     * @param whole the offset after the mark
     * @param shapes the stubs' shapes
     */
    record Read(StoreCatalog catalog, boolean clean, long end, long durable, long whole, StubShapes shapes) {}

    /**
     * Reads the file.
     *
     * @throws UnsupportedException if a later version of this library wrote it
     * @throws io.taskmover.storage.error.CorruptionException if it is not as it was written
     */
    Read read(Visitor visitor) {
        try {
            long[] place = new long[1];
            long end = lastMark(place);
            frames(end, (kind, payload, offset) -> visit(kind, payload, offset, visitor));
            return new Read(new StoreCatalog(sequence, tables, generated), clean, place[0], durable, end, shapes);
        } catch (IOException e) {
            throw Failures.io("read", file, e);
        }
    }

    private interface FrameVisitor {
        /** @param offset of the payload's rest, after the byte that tells the kind */
        void frame(int kind, ByteSource payload, long offset);
    }

    /** @param next is given where the next frame goes */
    private long lastMark(long[] next) throws IOException {
        long[] end = new long[1];
        long bad = frames(Long.MAX_VALUE, (kind, payload, offset) -> {
            if (kind == ManifestFormat.MARK) {
                end[0] = offset + payload.limit();
                next[0] = payload.getByte() == 1 ? offset - 1 - FRAME_HEADER_BYTES : end[0];
            }
        });
        if (bad >= 0) {
            requireTorn(bad);
        }
        if (end[0] == 0) {
            throw Failures.corruptAt(file, HEADER_BYTES, "it has no mark");
        }
        return end[0];
    }

    /** Reads frames up to an offset; returns where the first stands that is not whole, or -1. */
    private long frames(long end, FrameVisitor visitor) throws IOException {
        long size = Files.size(file);
        try (InputStream raw = Files.newInputStream(file);
                DataInputStream in = new DataInputStream(new BufferedInputStream(raw, BUFFER_BYTES))) {
            header(in.readNBytes(HEADER_BYTES));
            long offset = HEADER_BYTES;
            while (offset < Math.min(end, size)) {
                if (size - offset < FRAME_HEADER_BYTES) {
                    return offset;
                }
                int crc = in.readInt();
                int length = in.readInt();
                if (length < 1 || length > size - offset - FRAME_HEADER_BYTES) {
                    return offset;
                }
                byte[] payload = in.readNBytes(length);
                if (payload.length != length || crc != crc(length, payload, 0)) {
                    return offset;
                }
                visitor.frame(
                        payload[0] & 0xFF, new ByteSource(payload, 1, length - 1), offset + FRAME_HEADER_BYTES + 1);
                offset += FRAME_HEADER_BYTES + length;
            }
            return -1;
        }
    }

    private static int crc(int length, byte[] payload, int from) {
        CRC32C crc = new CRC32C();
        crc.update(ByteBuffer.allocate(Integer.BYTES).putInt(length).flip());
        crc.update(payload, from, length);
        return (int) crc.getValue();
    }

    private void header(byte[] bytes) {
        ByteBuffer header = ByteBuffer.wrap(bytes);
        if (ManifestFormat.hasMagic(header) && ManifestFormat.version(header) > ManifestFormat.VERSION) {
            throw new UnsupportedException(file + " was written by a later version of this library (format "
                    + ManifestFormat.version(header) + ", this one knows " + ManifestFormat.VERSION
                    + "); use that version");
        }
        if (!ManifestFormat.hasMagic(header) || !ManifestFormat.isWhole(header)) {
            throw Failures.corruptAt(file, 0, "its header is not that of a store's manifest");
        }
    }

    /** What is not whole is damage if it was on the disk when a mark after it was written. */
    private void requireTorn(long bad) throws IOException {
        ByteBuffer rest;
        try (InputStream in = Files.newInputStream(file)) {
            in.skipNBytes(bad);
            rest = ByteBuffer.wrap(in.readAllBytes());
        }
        byte[] bytes = rest.array();
        for (int at = 1; at <= bytes.length - FRAME_HEADER_BYTES - 1; at++) {
            int length = rest.getInt(at + Integer.BYTES);
            if (bytes[at + FRAME_HEADER_BYTES] == ManifestFormat.MARK
                    && length >= 1
                    && length <= bytes.length - at - FRAME_HEADER_BYTES
                    && rest.getInt(at) == crc(length, bytes, at + FRAME_HEADER_BYTES)
                    && durable(bytes, at + FRAME_HEADER_BYTES + 1, length - 1) > bad) {
                throw Failures.corruptAt(
                        file,
                        bad,
                        "what stands there is not whole, although it was durable when the mark at offset " + (bad + at)
                                + " was written");
            }
        }
    }

    private static long durable(byte[] bytes, int offset, int length) {
        ByteSource mark = new ByteSource(bytes, offset, length);
        try {
            int unusedClean = mark.getByte();
            long unusedSequence = mark.getVarint();
            return mark.getVarint();
        } catch (IllegalArgumentException e) {
            return 0;
        }
    }

    private void visit(int kind, ByteSource payload, long offset, Visitor visitor) {
        try {
            switch (kind) {
                case ManifestFormat.LAYOUT -> layout(payload);
                case ManifestFormat.CATALOG -> {
                    tables = CatalogJson.decode(payload.getText());
                    shapes.retain(tables.keySet());
                    visitor.catalog(tables);
                }
                case ManifestFormat.EMPTIED -> {
                    String table = payload.getText();
                    shapes.remove(table);
                    visitor.emptied(table);
                }
                case ManifestFormat.SHAPE -> shape(payload, visitor);
                case ManifestFormat.UNITS -> units(payload, offset, visitor);
                case ManifestFormat.MARK -> mark(payload);
                default -> throw new IllegalArgumentException("what is marked with " + kind + " is not known");
            }
        } catch (IllegalArgumentException e) {
            throw Failures.corruptAt(file, offset, String.valueOf(e.getMessage()));
        }
    }

    /** The layout was looked at when the store was opened; here it is only seen whether it is one. */
    private static void layout(ByteSource payload) {
        int number = payload.getByte();
        if (Layout.of(number) == null) {
            throw new IllegalArgumentException("the layout " + number + " is not known");
        }
    }

    private void shape(ByteSource payload, Visitor visitor) {
        String table = payload.getText();
        int number = (int) payload.getVarint();
        String[] columns = new String[payload.getCount()];
        for (int i = 0; i < columns.length; i++) {
            columns[i] = payload.getText();
        }
        if (shapes.put(table, new StubShapes.Shape(number, List.of(columns)))) {
            visitor.forgetColumns(table);
        }
    }

    private void units(ByteSource payload, long offset, Visitor visitor) {
        String name = payload.getText();
        TableSchema table = tables.get(name);
        if (table == null) {
            throw new IllegalArgumentException("it speaks of the table '" + name + "', which does not exist");
        }
        UnitVisitor units = visitor.units(table, shapes);
        while (payload.hasRemaining()) {
            long at = offset + payload.position();
            units.unit(payload.getSource(), at);
        }
    }

    private void mark(ByteSource payload) {
        clean = payload.getByte() == 1;
        sequence = payload.getVarint();
        durable = payload.getVarint();
        Map<String, Long> all = new HashMap<>();
        for (int i = payload.getCount(); i > 0; i--) {
            all.put(payload.getText(), payload.getVarint());
        }
        generated = all;
    }
}
