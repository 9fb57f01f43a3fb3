package io.taskmover.storage.history;

import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.MappingException;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Condition.Operator;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.CompositeKey;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The table beside a table that holds the versions of its rows, {@code _history_<table>}: a row for each, under the key's
 * parts and the version's number. Immutable and thread-safe.
 */
final class HistoryTable {
    /** What the names of such tables begin with, and of no others. */
    private static final String PREFIX = "_history_";

    /** A table's name that is longer is shortened: the names of this table and of its index must not be too long. */
    private static final int MAX_NAME_BYTES = 100;

    /** The time of a version of unknown age: the first that a column can have. */
    static final Instant EVER = Instant.parse("0001-01-01T00:00:00Z");

    private static final Path VERSION = Path.of("version");
    private static final Path AT = Path.of("at");

    private final TableSchema rows;
    private final TableSchema schema;
    /** The columns of the key's parts, in its order. */
    private final List<Path> key;

    private final RowImage image;

    private HistoryTable(TableSchema rows) {
        this.rows = rows;
        int parts = rows.primaryKey().size();
        TableSchema.Builder builder = TableSchema.builder(nameFor(rows.name()));
        List<String> names = new ArrayList<>();
        for (int i = 0; i < parts; i++) {
            String name = parts == 1 ? "key" : "key" + (i + 1);
            names.add(name);
            builder.column(name, rows.column(rows.primaryKey().get(i)).type());
        }
        this.key = names.stream().map(Path::of).toList();
        names.add(VERSION.column());
        this.schema = builder.column(VERSION.column(), DataType.INTEGER)
                .column(Column.of(AT.column(), DataType.TIMESTAMP).withNotNull())
                .column(Column.of("kind", DataType.TEXT).withNotNull())
                .column("who", DataType.TEXT)
                .column("why", DataType.TEXT)
                .column("row", DataType.JSON)
                .primaryKey(names.toArray(new String[0]))
                .index(Index.of(nameFor(rows.name()), false, AT.column()))
                .build();
        this.image = new RowImage(rows.rowType());
    }

    /** The one for a table as it is now; worth keeping. */
    static HistoryTable of(TableSchema table) {
        return new HistoryTable(table);
    }

    /** Whether a name is that of such a table. */
    static boolean isReserved(String table) {
        return table.startsWith(PREFIX);
    }

    static String nameFor(String table) {
        byte[] bytes = table.getBytes(StandardCharsets.UTF_8);
        if (bytes.length <= MAX_NAME_BYTES) {
            return PREFIX + table;
        }
        // 32 hexadecimal digits that no other table's name has
        String digest = UUID.nameUUIDFromBytes(bytes).toString().replace("-", "");
        StringBuilder start = new StringBuilder();
        int room = MAX_NAME_BYTES - digest.length() - 1;
        for (int character : table.codePoints().toArray()) {
            String next = Character.toString(character);
            room -= next.getBytes(StandardCharsets.UTF_8).length;
            if (room < 0) {
                break;
            }
            start.append(next);
        }
        return PREFIX + start + "~" + digest;
    }

    String name() {
        return schema.name();
    }

    TableSchema schema() {
        return schema;
    }

    /** The table whose versions these are. */
    TableSchema rows() {
        return rows;
    }

    RowImage image() {
        return image;
    }

    /**
     * @param there the table of this name in the store
     * @throws SchemaException if that holds versions by another key
     */
    void requireSameKey(TableSchema there) {
        boolean same = there.primaryKey().equals(schema.primaryKey())
                && key.stream()
                        .allMatch(part -> there.column(part.column()).type()
                                == schema.column(part.column()).type());
        if (!same) {
            throw new SchemaException("Table '" + name() + "' holds versions of a table '" + rows.name()
                    + "' that had another key. Open the store with versioningEnabled=false to drop it, and versions begin"
                    + " anew");
        }
    }

    // what is stored

    Row entry(Object id, RowVersion version) {
        List<Object> parts = rows.keyParts(id);
        @Nullable Object[] values = new @Nullable Object[schema.rowType().size()];
        int at = 0;
        for (Object part : parts) {
            values[at++] = part;
        }
        values[at++] = version.number();
        values[at++] = version.at();
        values[at++] = version.kind().name();
        values[at++] = version.who();
        values[at++] = version.why();
        values[at] = version.row() == null ? null : image.encode(version.row());
        return Row.adopt(schema.rowType(), values);
    }

    /** @throws MappingException if a value is not of the type that its column has now */
    RowVersion version(Row entry) {
        return version(entry, Map.of());
    }

    /** @param former other names of columns, under which older versions have their values */
    RowVersion version(Row entry, Map<String, List<String>> former) {
        int at = key.size();
        Object stored = imageOf(entry);
        try {
            return new RowVersion(
                    numberOf(entry),
                    timeOf(entry),
                    ChangeKind.valueOf((String) Objects.requireNonNull(entry.get(at + 2))),
                    (String) entry.get(at + 3),
                    (String) entry.get(at + 4),
                    stored == null ? null : image.decode(stored, former));
        } catch (IllegalArgumentException e) {
            throw new MappingException(
                    "Version " + numberOf(entry) + " of row '" + keyOf(entry) + "' of table '" + rows.name()
                            + "' cannot be shown: " + e.getMessage(),
                    e);
        }
    }

    /** The key of the row whose version an entry is; whatever follows its parts plays no part. */
    Object keyOf(Row entry) {
        if (key.size() == 1) {
            return Objects.requireNonNull(entry.get(0));
        }
        List<Object> parts = new ArrayList<>();
        for (int i = 0; i < key.size(); i++) {
            parts.add(Objects.requireNonNull(entry.get(i)));
        }
        return new CompositeKey(parts);
    }

    long numberOf(Row entry) {
        return (Long) Objects.requireNonNull(entry.get(key.size()));
    }

    Instant timeOf(Row entry) {
        return (Instant) Objects.requireNonNull(entry.get(key.size() + 1));
    }

    /** The image in a version's entry; null if the row was removed. */
    @Nullable
    Object imageOf(Row entry) {
        return entry.get(key.size() + 5);
    }

    /**
     * What it means that a version is there already: another transaction has changed the same row and added it first.
     *
     * @param e told of this table
     */
    ConflictException overtaken(DuplicateKeyException e) {
        Object id = e.id() instanceof CompositeKey place ? idOf(place) : null;
        ConflictException conflict = new ConflictException(
                "Another transaction has changed row '" + id + "' of table '" + rows.name()
                        + "' first; read it again and retry",
                rows.name(),
                id,
                null,
                null);
        conflict.initCause(e);
        return conflict;
    }

    private Object idOf(CompositeKey place) {
        List<Object> parts = place.values().subList(0, key.size());
        return parts.size() == 1 ? parts.get(0) : new CompositeKey(parts);
    }

    // what is asked

    /** All versions of a row. */
    Select versionsOf(Object id) {
        return Select.from(name()).where(ofRow(id));
    }

    /** The last version of a row with a condition, if there is one. */
    Select last(Object id, Condition more) {
        return Select.from(name())
                .where(ofRow(id).and(more))
                .orderBy(List.of(new Sort(VERSION, true)))
                .limit(1L);
    }

    /** The first version of a row that is kept. */
    Select first(Object id) {
        return versionsOf(id).orderBy(List.of(new Sort(VERSION, false))).limit(1L);
    }

    List<Sort> byNumber() {
        return List.of(new Sort(VERSION, false));
    }

    /** The place of one version. */
    CompositeKey placeOf(Object id, long number) {
        List<Object> parts = new ArrayList<>(rows.keyParts(id));
        parts.add(number);
        return new CompositeKey(parts);
    }

    Condition ofRow(Object id) {
        List<Object> parts = rows.keyParts(id);
        Condition condition = Condition.all();
        for (int i = 0; i < parts.size(); i++) {
            condition = condition.and(Condition.eq(key.get(i), parts.get(i)));
        }
        return condition;
    }

    Condition ofRows(Collection<Object> ids) {
        return key.size() == 1
                ? Condition.in(key.get(0), ids)
                : new Condition.Or(ids.stream().map(this::ofRow).toList());
    }

    static Condition notAfter(Instant moment) {
        return Condition.compare(AT, Operator.LE, moment);
    }

    static Condition after(Instant moment) {
        return Condition.compare(AT, Operator.GT, moment);
    }

    static Condition below(long number) {
        return Condition.compare(VERSION, Operator.LT, number);
    }

    /** The latest change of all. */
    Select latest() {
        return Select.from(name())
                .orderBy(List.of(new Sort(AT, true)))
                .limit(1L)
                .project(List.of(AT));
    }

    /** The keys and numbers of versions, in the order of both. */
    Select numbers(boolean withTime) {
        List<Path> columns = new ArrayList<>(key);
        columns.add(VERSION);
        if (withTime) {
            columns.add(AT);
        }
        return Select.from(name()).project(columns);
    }

    /** The order of {@link #numbers} by row. */
    List<Sort> byRow() {
        List<Sort> order = key.stream().map(part -> new Sort(part, false)).collect(Collectors.toList());
        order.add(new Sort(VERSION, false));
        return Collections.unmodifiableList(order);
    }

    // the same of the table itself

    /** That a row of the table has one of these keys. */
    Condition rowIn(Collection<Object> ids) {
        return rows.primaryKey().size() == 1
                ? Condition.in(Path.of(rows.primaryKey().get(0)), ids)
                : new Condition.Or(
                        ids.stream().map(id -> Condition.byKey(rows, id)).toList());
    }

    /** The keys of the rows that satisfy a condition. */
    Select keysWhere(Condition where) {
        return Select.from(rows.name())
                .where(where)
                .project(rows.primaryKey().stream().map(Path::of).toList());
    }
}
