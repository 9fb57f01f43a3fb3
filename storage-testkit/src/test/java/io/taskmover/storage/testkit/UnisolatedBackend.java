package io.taskmover.storage.testkit;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.ForwardingBackend;
import io.taskmover.storage.backend.ForwardingTransaction;
import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.query.Assignments;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.schema.Row;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A layer that breaks every promise about isolation: each write is committed at once, and a rollback puts back the rows as
 * they were before, whatever became of them.
 */
public final class UnisolatedBackend extends ForwardingBackend {
    public UnisolatedBackend(StorageBackend delegate) {
        super(delegate);
    }

    @Override
    public BackendTransaction begin(TransactionOptions options) {
        return new UnisolatedTransaction(delegate(), options);
    }

    private static final class UnisolatedTransaction extends ForwardingTransaction {
        private final StorageBackend store;
        /** Newest first. */
        private final Deque<Runnable> undo = new ArrayDeque<>();

        UnisolatedTransaction(StorageBackend store, TransactionOptions options) {
            super(store.begin(options.withIsolation(Isolation.READ_COMMITTED)));
            this.store = store;
        }

        @Override
        public List<Row> write(String table, WriteMode mode, List<Row> rows) {
            for (Row row : rows) {
                remember(table, Objects.requireNonNull(store.schemaOf(table).keyOf(row)));
            }
            return store.write(table, mode, rows);
        }

        private void remember(String table, Object id) {
            Optional<Row> before = store.find(table, id);
            undo.push(() -> before.ifPresentOrElse(
                    row -> store.write(table, WriteMode.UPSERT, List.of(row)), () -> store.delete(table, id)));
        }

        @Override
        public long update(String table, Condition where, Assignments changes) {
            try (BackendTransaction own = store.begin(TransactionOptions.DEFAULT)) {
                long changed = own.update(table, where, changes);
                own.commit();
                return changed;
            }
        }

        @Override
        public long delete(String table, Condition where) {
            return store.delete(table, where);
        }

        @Override
        public boolean delete(String table, Object id) {
            remember(table, id);
            return store.delete(table, id);
        }

        @Override
        public void commit() {
            undo.clear();
            super.commit();
        }

        @Override
        public void rollback() {
            undo.forEach(Runnable::run);
            undo.clear();
            super.rollback();
        }

        @Override
        public void close() {
            rollback();
            super.close();
        }
    }
}
