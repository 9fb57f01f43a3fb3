package io.taskmover.storage.file;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.ForwardingTransaction;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.query.Assignments;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.List;
import java.util.Optional;

/** A transaction in a store that has {@link BrokenFiles}: refuses what would have to know what they hold. */
final class GuardedTransaction extends ForwardingTransaction {
    private final BrokenFiles broken;

    GuardedTransaction(BackendTransaction delegate, BrokenFiles broken) {
        super(delegate);
        this.broken = broken;
    }

    @Override
    public Optional<Row> find(String table, Object id) {
        broken.requireWhole(table, id);
        return super.find(table, id);
    }

    @Override
    public RowCursor select(Select select) {
        broken.requireWhole(select.table());
        return super.select(select);
    }

    @Override
    public long count(Select select) {
        broken.requireWhole(select.table());
        return super.count(select);
    }

    @Override
    public List<Row> write(String table, WriteMode mode, List<Row> rows) {
        Optional<TableSchema> schema = catalog().table(table);
        if (schema.isPresent()) {
            rows.forEach(row -> broken.requireWhole(schema.get(), row));
        }
        return super.write(table, mode, rows);
    }

    @Override
    public long update(String table, Condition where, Assignments changes) {
        broken.requireWhole(table);
        return super.update(table, where, changes);
    }

    @Override
    public long delete(String table, Condition where) {
        broken.requireWhole(table);
        return super.delete(table, where);
    }

    @Override
    public boolean delete(String table, Object id) {
        broken.requireWhole(table, id);
        return super.delete(table, id);
    }
}
