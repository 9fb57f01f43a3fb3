package io.taskmover.storage.testkit;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.ForwardingBackend;
import io.taskmover.storage.backend.ForwardingTransaction;
import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.Savepoint;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.query.Assignments;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Row;
import java.util.ArrayList;
import java.util.List;

/**
 * A layer whose updates by condition lose those of others: what it makes of the rows that it finds it writes as if it had
 * been given, at READ_COMMITTED.
 */
public final class WholeRowsBackend extends ForwardingBackend {
    public WholeRowsBackend(StorageBackend delegate) {
        super(delegate);
    }

    @Override
    public BackendTransaction begin(TransactionOptions options) {
        return new WholeRowsTransaction(super.begin(options.withIsolation(Isolation.READ_COMMITTED)));
    }

    private static final class WholeRowsTransaction extends ForwardingTransaction {
        WholeRowsTransaction(BackendTransaction delegate) {
            super(delegate);
        }

        @Override
        public long update(String table, Condition where, Assignments changes) {
            Savepoint before = savepoint();
            long count = super.update(table, where, changes);
            List<Row> rows = new ArrayList<>();
            try (RowCursor changed = select(Select.from(table))) {
                changed.forEachRemaining(rows::add);
            }
            rollbackTo(before);
            super.write(table, WriteMode.UPSERT, rows);
            return count;
        }
    }
}
