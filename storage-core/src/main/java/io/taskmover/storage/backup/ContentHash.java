package io.taskmover.storage.backup;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.Blob;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Json;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/**
 * The SHA-256 of a table's rows in id order, the same for the same rows on every backend.
 *
 * <p>Hashed are, first, the columns sorted by name: each name and type; then each row: for every column, in the same
 * order, one byte 0 for null, or one byte 1 and the value's canonical text. Texts are in UTF-8 behind their length in
 * bytes as four bytes, high byte first. The canonical text of TEXT is itself, of BLOB its bytes in hexadecimal, of JSON
 * its compact text, of a DECIMAL its {@code toString} (so {@code 1.0} and {@code 1.00} differ), of a REAL its 64 bits in
 * hexadecimal, of all others their ISO 8601 or {@code toString} form. A version column is left out: it counts writes of
 * one store.
 */
public final class ContentHash {
    private static final byte[] NULL = {0};
    private static final byte[] VALUE = {1};

    private final MessageDigest digest;
    private final int[] positions;
    private final DataType[] types;
    private final byte[] length = new byte[Integer.BYTES];
    private long rows;

    private ContentHash(TableSchema schema) {
        this.digest = Sha256.begin();
        List<Column> columns = schema.columns();
        this.positions = IntStream.range(0, columns.size())
                .filter(i -> !schema.versionColumn()
                        .equals(Optional.of(columns.get(i).name())))
                .boxed()
                .sorted(Comparator.comparing(i -> columns.get(i).name()))
                .mapToInt(Integer::intValue)
                .toArray();
        this.types = new DataType[positions.length];
        for (int i = 0; i < positions.length; i++) {
            types[i] = columns.get(positions[i]).type();
            text(columns.get(positions[i]).name());
            text(types[i].name());
        }
    }

    /**
     * The hash of what a transaction sees in a table.
     *
     * @param progress is told the number of rows hashed so far, now and then
     * @throws SchemaException if there is no such table
     */
    public static TableHash of(BackendTransaction transaction, String table, LongConsumer progress) {
        TableSchema schema = transaction
                .catalog()
                .table(table)
                .orElseThrow(() -> new SchemaException("There is no table '" + table + "'; the tables are "
                        + transaction.catalog().tables()));
        ContentHash hash = new ContentHash(schema);
        try (RowCursor cursor = transaction.select(inIdOrder(schema))) {
            for (Row row = cursor.next(); row != null; row = cursor.next()) {
                hash.add(row);
                if (hash.rows % 1_000 == 0) {
                    progress.accept(hash.rows);
                }
            }
        }
        progress.accept(hash.rows);
        return hash.finish(table);
    }

    /** A hash to which rows of a table are added in id order. */
    static ContentHash begin(TableSchema schema) {
        return new ContentHash(schema);
    }

    /** All rows of a table, in id order. */
    static Select inIdOrder(TableSchema schema) {
        return Select.from(schema.name())
                .orderBy(schema.primaryKey().stream()
                        .map(column -> new Sort(Path.of(column), false))
                        .toList());
    }

    void add(Row row) {
        rows++;
        for (int i = 0; i < positions.length; i++) {
            Object value = row.get(positions[i]);
            digest.update(value == null ? NULL : VALUE);
            if (value != null) {
                text(canonical(types[i], value));
            }
        }
    }

    TableHash finish(String table) {
        return new TableHash(table, rows, Sha256.hex(digest));
    }

    private static String canonical(DataType type, Object value) {
        return switch (type) {
            case BLOB -> HexFormat.of().formatHex(((Blob) value).toBytes());
            case JSON -> Json.text(value);
            case REAL -> Long.toHexString(Double.doubleToLongBits((Double) value));
            default -> value.toString();
        };
    }

    private void text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        digest.update(ByteBuffer.wrap(length).putInt(0, bytes.length).array());
        digest.update(bytes);
    }
}
