package io.taskmover.storage.file;

import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.engine.BranchStep;
import io.taskmover.storage.engine.CommitRecord;
import io.taskmover.storage.engine.CommitRecord.TableChange;
import io.taskmover.storage.error.ConstraintException;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.file.JournalSalvage.Intact;
import io.taskmover.storage.file.JournalSalvage.Loss;
import io.taskmover.storage.schema.CompositeKey;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.schema.SchemaJson;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Understands records of a journal some of which are missing: those that made or changed a table may be among them. A
 * row is taken for one of its table as far as that is known, by what its directory says if by nothing else. Used once,
 * for records in their order.
 */
final class SalvagedCommits {
    private final Map<String, TableSchema> tables;
    /** What the directory of a table says of it; null if there is none. */
    private final Function<String, @Nullable TableSchema> described;

    private final List<Loss> losses = new ArrayList<>();

    /** @param tables as they are before the first record, by name */
    SalvagedCommits(Map<String, TableSchema> tables, Function<String, @Nullable TableSchema> described) {
        this.tables = new HashMap<>(tables);
        this.described = described;
    }

    /** What could not be understood so far. */
    List<Loss> losses() {
        return losses;
    }

    /** The commit in a record, as far as it can be understood. */
    CommitRecord read(Intact record) {
        try {
            Map<String, TableSchema> after = new HashMap<>(tables);
            CommitRecord commit = RowCodec.read(new ByteSource(record.payload().duplicate()), record.sequence(), after);
            tables.clear();
            tables.putAll(after);
            return commit;
        } catch (IllegalArgumentException e) {
            return readPart(record);
        }
    }

    private CommitRecord readPart(Intact record) {
        List<TableChange> changes = new ArrayList<>();
        List<RowChange> rows = new ArrayList<>();
        BranchStep step = null;
        try {
            ByteSource in = new ByteSource(record.payload().duplicate());
            step = RowCodec.readStep(in);
            changes.addAll(readChanges(in));
            for (TableChange change : changes) {
                TableSchema schema = change.schema();
                if (schema == null) {
                    tables.remove(change.table());
                } else {
                    tables.put(change.table(), schema);
                }
            }
            for (int group = in.getCount(); group > 0; group--) {
                readGroup(record, in, changes, rows);
            }
        } catch (IllegalArgumentException | SchemaException e) {
            lose(record, "commit " + record.sequence() + " can be understood in part only: " + e.getMessage());
        }
        return RowCodec.record(record.sequence(), changes, rows, step);
    }

    /** The changes of tables that a payload begins with. */
    static List<TableChange> tableChanges(ByteSource in) {
        BranchStep unused = RowCodec.readStep(in);
        return readChanges(in);
    }

    private static List<TableChange> readChanges(ByteSource in) {
        List<TableChange> changes = new ArrayList<>();
        for (int i = in.getCount(); i > 0; i--) {
            String table = in.getText();
            changes.add(
                    new TableChange(table, in.getByte() == RowCodec.CHANGED ? SchemaJson.parse(in.getText()) : null));
        }
        return changes;
    }

    private void readGroup(Intact record, ByteSource in, List<TableChange> changes, List<RowChange> rows) {
        String table = in.getText();
        TableSchema schema = tables.get(table);
        if (schema == null) {
            schema = described.apply(table);
            if (schema != null) {
                tables.put(table, schema);
                changes.add(new TableChange(table, schema));
            }
        }
        int lost = 0;
        int count = in.getCount();
        for (int i = count; i > 0; i--) {
            RowChange change = readRow(in, schema);
            if (change == null) {
                lost++;
            } else {
                rows.add(change);
            }
        }
        if (lost > 0) {
            lose(
                    record,
                    "commit " + record.sequence() + " changes " + lost + " rows of the table '" + table + "', "
                            + (schema == null
                                    ? "which is not known: the commit that made it is lost"
                                    : "which had other columns then than it has now"));
        }
    }

    private static @Nullable RowChange readRow(ByteSource in, @Nullable TableSchema schema) {
        if (in.getByte() != RowCodec.STORED) {
            Object key = ValueCodec.readKey(in);
            return schema == null || !isKey(schema, key) ? null : new RowChange(schema.name(), key, null, null);
        }
        @Nullable Object[] values = new @Nullable Object[in.getCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = ValueCodec.read(in);
        }
        if (schema == null) {
            return null;
        }
        Row row = fit(schema, values);
        Object key = row == null ? null : schema.keyOf(row);
        return key == null ? null : new RowChange(schema.name(), key, null, row);
    }

    private static boolean isKey(TableSchema schema, Object key) {
        List<?> parts = key instanceof CompositeKey composite ? composite.values() : List.of(key);
        if (parts.size() != schema.primaryKey().size()) {
            return false;
        }
        for (int i = 0; i < parts.size(); i++) {
            if (schema.column(schema.primaryKey().get(i)).type().problem(parts.get(i)) != null) {
                return false;
            }
        }
        return true;
    }

    /** A row of a table whose columns may have been fewer then: new ones come last. Null if it is none. */
    private static @Nullable Row fit(TableSchema schema, @Nullable Object[] values) {
        int size = schema.rowType().size();
        if (values.length > size) {
            return null;
        }
        Row row = values.length == size
                ? Row.adopt(schema.rowType(), values)
                : Changes.convert(
                        Row.adopt(RowType.of(schema.columns().subList(0, values.length)), values), schema.rowType());
        try {
            schema.validate(row);
            return row;
        } catch (ConstraintException e) {
            return null;
        }
    }

    private void lose(Intact record, String problem) {
        losses.add(new Loss(record.file(), record.offset(), problem + "; those rows may be as they were before"));
    }

    /** The last state of each row that the records have, for tables as they are now; empty for one that was deleted. */
    static Map<String, Map<Object, Optional<Row>>> lastStates(Iterable<Intact> records, Map<String, TableSchema> now) {
        Map<String, Map<Object, Optional<Row>>> states = new HashMap<>();
        Map<String, TableSchema> seen = new HashMap<>();
        for (Intact record : records) {
            // as if every table had always been what it is: what does not fit is of no use
            SalvagedCommits reader = new SalvagedCommits(now, now::get);
            CommitRecord commit = reader.read(record);
            for (TableChange change : commit.tables()) {
                TableSchema former = seen.get(change.table());
                TableSchema next = change.schema();
                if (next == null || former == null || losesColumn(former, next)) {
                    // a column of the same name may come that is another one
                    states.remove(change.table());
                }
                if (next != null) {
                    seen.put(change.table(), next);
                }
            }
            for (RowChange change : commit.rows()) {
                TableSchema schema = now.get(change.table());
                Row after = change.after();
                Row fitting = schema == null || after == null ? null : Changes.convert(after, schema.rowType());
                states.computeIfAbsent(change.table(), table -> new HashMap<>())
                        .put(change.id(), Optional.ofNullable(fitting));
            }
        }
        return states;
    }

    private static boolean losesColumn(TableSchema former, TableSchema next) {
        return former.columns().stream().anyMatch(column -> next.rowType().indexOf(column.name()) < 0);
    }
}
