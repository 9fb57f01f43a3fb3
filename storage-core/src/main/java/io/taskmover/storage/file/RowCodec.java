package io.taskmover.storage.file;

import io.taskmover.storage.backend.CommitOrigin;
import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.engine.BranchStep;
import io.taskmover.storage.engine.CommitRecord;
import io.taskmover.storage.engine.CommitRecord.TableChange;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.SchemaJson;
import io.taskmover.storage.schema.TableSchema;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a commit changed as the payload of a journal record:
 *
 * <pre>
 * byte    form: 1 a commit
 *               2 a branch of a transaction over several stores is prepared:
 *                 text id of the transaction · text URL of its decider · text ISO instant; the rows are what it prepared
 *               3 such a branch is decided:
 *                 text id of the transaction · byte 0 rolled back, 1 committed; the rows are what is committed
 * varint  table changes, each:  text table · byte 0 dropped, 1 created or changed · text schema as JSON, if 1
 * varint  groups of rows, each: text table · varint rows, each:
 *           byte 0 deleted · varint values of the key · values
 *           byte 1 stored  · varint values of the row · values, in column order
 * </pre>
 *
 * Rows as they were before are not kept: a journal is only ever read forward.
 */
final class RowCodec {
    private static final int COMMIT = 1;
    private static final int PREPARED = 2;
    private static final int DECIDED = 3;
    private static final int DROPPED = 0;
    static final int CHANGED = 1;
    private static final int DELETED = 0;
    static final int STORED = 1;

    private RowCodec() {}

    static void write(ByteSink out, CommitRecord record) {
        List<RowChange> rows = record.rows();
        BranchStep step = record.step();
        if (step instanceof BranchStep.Prepared prepared) {
            out.putByte(PREPARED);
            out.putText(step.globalId());
            out.putText(prepared.transaction().decider());
            out.putText(prepared.transaction().preparedAt().toString());
            rows = prepared.rows();
        } else if (step instanceof BranchStep.Decided decided) {
            out.putByte(DECIDED);
            out.putText(step.globalId());
            out.putByte(decided.committed() ? 1 : 0);
        } else {
            out.putByte(COMMIT);
        }
        out.putVarint(record.tables().size());
        for (TableChange change : record.tables()) {
            out.putText(change.table());
            TableSchema schema = change.schema();
            out.putByte(schema == null ? DROPPED : CHANGED);
            if (schema != null) {
                out.putText(SchemaJson.line(schema));
            }
        }
        out.putVarint(groups(rows));
        for (int start = 0; start < rows.size(); ) {
            int end = endOfGroup(rows, start);
            out.putText(rows.get(start).table());
            out.putVarint(end - start);
            for (int i = start; i < end; i++) {
                writeRow(out, rows.get(i));
            }
            start = end;
        }
    }

    private static void writeRow(ByteSink out, RowChange change) {
        Row after = change.after();
        if (after == null) {
            out.putByte(DELETED);
            ValueCodec.writeKey(out, change.id());
        } else {
            out.putByte(STORED);
            int size = after.type().size();
            out.putVarint(size);
            for (int i = 0; i < size; i++) {
                ValueCodec.write(out, after.get(i));
            }
        }
    }

    private static int groups(List<RowChange> rows) {
        int groups = 0;
        for (int start = 0; start < rows.size(); start = endOfGroup(rows, start)) {
            groups++;
        }
        return groups;
    }

    private static int endOfGroup(List<RowChange> rows, int start) {
        String table = rows.get(start).table();
        int end = start + 1;
        while (end < rows.size() && rows.get(end).table().equals(table)) {
            end++;
        }
        return end;
    }

    /**
     * Reads a payload.
     *
     * @param schemas the tables as they are before the commit, by name; changed to what they are after it
     * @throws IllegalArgumentException if it is not a payload or does not fit the tables
     */
    static CommitRecord read(ByteSource in, long sequence, Map<String, TableSchema> schemas) {
        BranchStep step = readStep(in);
        List<TableChange> tables = new ArrayList<>();
        for (int i = in.getCount(); i > 0; i--) {
            String table = in.getText();
            TableSchema schema = in.getByte() == CHANGED ? SchemaJson.parse(in.getText()) : null;
            tables.add(new TableChange(table, schema));
            if (schema == null) {
                schemas.remove(table);
            } else {
                schemas.put(table, schema);
            }
        }
        List<RowChange> rows = new ArrayList<>();
        for (int group = in.getCount(); group > 0; group--) {
            String table = in.getText();
            TableSchema schema = schemas.get(table);
            if (schema == null) {
                throw new IllegalArgumentException(
                        "it changes rows of the table '" + table + "', which does not exist");
            }
            for (int i = in.getCount(); i > 0; i--) {
                rows.add(readRow(in, schema));
            }
        }
        if (in.hasRemaining()) {
            throw new IllegalArgumentException("something follows the last row");
        }
        return record(sequence, tables, rows, step);
    }

    /** What a payload begins with: what the commit is to a transaction over several stores, without rows. */
    static @Nullable BranchStep readStep(ByteSource in) {
        int form = in.getByte();
        return switch (form) {
            case COMMIT -> null;
            case PREPARED ->
                new BranchStep.Prepared(
                        new PreparedTransaction(in.getText(), in.getText(), instant(in.getText())), List.of());
            case DECIDED -> new BranchStep.Decided(in.getText(), in.getByte() != 0);
            default -> throw new IllegalArgumentException("a commit in form " + form + " is not known");
        };
    }

    private static Instant instant(String text) {
        try {
            return Instant.parse(text);
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException("'" + text + "' is not a time", e);
        }
    }

    /** The commit of a payload; the rows of a prepared branch are not its own. */
    static CommitRecord record(
            long sequence, List<TableChange> tables, List<RowChange> rows, @Nullable BranchStep step) {
        return step instanceof BranchStep.Prepared prepared
                ? new CommitRecord(
                        sequence,
                        CommitOrigin.APPLICATION,
                        tables,
                        List.of(),
                        new BranchStep.Prepared(prepared.transaction(), rows))
                : new CommitRecord(sequence, CommitOrigin.APPLICATION, tables, rows, step);
    }

    private static RowChange readRow(ByteSource in, TableSchema schema) {
        if (in.getByte() != STORED) {
            return new RowChange(schema.name(), ValueCodec.readKey(in), null, null);
        }
        @Nullable Object[] values = new @Nullable Object[in.getCount()];
        for (int i = 0; i < values.length; i++) {
            values[i] = ValueCodec.read(in);
        }
        if (values.length != schema.rowType().size()) {
            throw new IllegalArgumentException("a row of the table '" + schema.name() + "' has " + values.length
                    + " values instead of " + schema.rowType().size());
        }
        Row row = Row.adopt(schema.rowType(), values);
        Object key = schema.keyOf(row);
        if (key == null) {
            throw new IllegalArgumentException("a row of the table '" + schema.name() + "' has no key");
        }
        return new RowChange(schema.name(), key, null, row);
    }
}
