package io.taskmover.storage.engine;

import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.error.StorageIoException;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** A log and a reader over one file of records of 4 KiB, one for each id of one table: rows that take more than a heap. */
final class RecordFile implements CommitLog, RowReader {
    static final TableSchema SCHEMA = TableSchema.builder("t")
            .column("id", DataType.INTEGER)
            .column("n", DataType.INTEGER)
            .column("text", DataType.TEXT)
            .primaryKey("id")
            .index("n")
            .build();
    static final int RECORD = 4096;
    private static final long NONE = Long.MIN_VALUE;

    private final Path path;
    private final FileChannel file;

    RecordFile(Path path) throws IOException {
        this.path = path;
        this.file =
                FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    static Row row(long id, long n) {
        return Row.of(SCHEMA.rowType(), id, n, text(id, n));
    }

    /** What a row of this id and number is to say: as long as a record has room for. */
    static String text(long id, long n) {
        String part = id + "." + n + " ";
        return part.repeat((RECORD - Long.BYTES) / part.length() + 1).substring(0, RECORD - Long.BYTES);
    }

    @Override
    public Ticket append(CommitRecord record) {
        for (RowChange change : record.rows()) {
            Row after = change.after();
            ByteBuffer bytes = ByteBuffer.allocate(RECORD);
            bytes.putLong(after == null ? NONE : (Long) value(after, "n"));
            if (after != null) {
                bytes.put(value(after, "text").toString().getBytes(StandardCharsets.ISO_8859_1));
            }
            write(bytes.rewind(), (Long) change.id());
        }
        return () -> {};
    }

    private static Object value(Row row, String column) {
        return Objects.requireNonNull(row.get(column));
    }

    private void write(ByteBuffer bytes, long id) {
        try {
            file.write(bytes, id * RECORD);
        } catch (IOException e) {
            throw new StorageIoException("cannot write row " + id, path, false, e);
        }
    }

    @Override
    public Row read(TableSchema schema, Object id) {
        ByteBuffer bytes = ByteBuffer.allocate(RECORD);
        try {
            file.read(bytes, (Long) id * RECORD);
        } catch (IOException e) {
            throw new StorageIoException("cannot read row " + id, path, false, e);
        }
        long n = bytes.flip().getLong();
        if (n == NONE) {
            throw new CorruptionException("row " + id + " is gone", "record " + id, null);
        }
        String text = StandardCharsets.ISO_8859_1.decode(bytes).toString();
        @Nullable Object[] values = new @Nullable Object[schema.rowType().size()];
        for (int i = 0; i < values.length; i++) {
            Column column = schema.rowType().column(i);
            values[i] = switch (column.name()) {
                case "id" -> id;
                case "n" -> n;
                case "text" -> text;
                default -> column.defaultValue();
            };
        }
        return Row.adopt(schema.rowType(), values);
    }

    @Override
    public void close() {
        try {
            file.close();
        } catch (IOException e) {
            throw new StorageIoException("cannot close the file", path, false, e);
        }
    }
}
