package io.taskmover.storage.history;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.CommitOrigin;
import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.metrics.Metric;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.schema.TableSchema;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes versions of what people do to the rows where they are stored, in a thread of its own and a transaction right after the
 * edit's. An edit whose version is not made, since the process was killed in between, becomes one when the row is changed
 * the next time.
 */
final class EditRecorder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(EditRecorder.class);

    private final StorageBackend store;
    private final VersionedTables kept;
    private final Function<BackendTransaction, VersionWriter> writer;
    private final ExecutorService thread = Executors.newSingleThreadExecutor(work -> {
        Thread thread = new Thread(work, "storage-versions");
        thread.setDaemon(true);
        return thread;
    });

    private EditRecorder(
            StorageBackend store, VersionedTables kept, Function<BackendTransaction, VersionWriter> writer) {
        this.store = store;
        this.kept = kept;
        this.writer = writer;
    }

    /** Whether a store takes over edits. If not there is nobody to listen to, and for some stores listening costs. */
    static boolean isNeeded(StorageBackend store) {
        return store.metrics().has(Metric.EDITS_COMMITTED);
    }

    /** Begins to listen, and looks for edits of the time when the store was closed, if there were any. */
    static EditRecorder start(
            StorageBackend store, VersionedTables kept, Function<BackendTransaction, VersionWriter> writer) {
        EditRecorder recorder = new EditRecorder(store, kept, writer);
        store.onCommit(recorder::committed);
        // after listening has begun: no edit can come in between
        if (store.metrics().value(Metric.EDITS_COMMITTED) > 0) {
            recorder.thread.execute(recorder::catchUp);
        }
        return recorder;
    }

    private void committed(CommitOrigin origin, List<RowChange> changes) {
        if (origin != CommitOrigin.EXTERNAL) {
            return;
        }
        Map<String, List<RowChange>> byTable = changes.stream()
                .filter(change -> VersionedTables.isKept(change.table()))
                .collect(Collectors.groupingBy(RowChange::table));
        byTable.forEach((table, edits) -> {
            kept.changed(table, edits.stream().map(RowChange::id).toList());
            thread.execute(() -> record(table, edits));
        });
    }

    private void record(String table, List<RowChange> edits) {
        Map<Object, RowChange> byId = new HashMap<>();
        edits.forEach(edit -> byId.putIfAbsent(edit.id(), edit));
        record(table, new LinkedHashSet<>(byId.keySet()), byId);
    }

    private void record(String table, Set<Object> ids, Map<Object, RowChange> edits) {
        try {
            OwnTransaction.run(() -> store.begin(TransactionOptions.DEFAULT), transaction -> {
                Optional<HistoryTable> history = history(transaction, table);
                history.ifPresent(there -> {
                    kept.goOn(there, transaction);
                    writer.apply(transaction).caughtUp(there, ids, edits);
                });
                return history;
            });
        } catch (RuntimeException e) {
            LOG.warn(
                    "What someone else did to {} rows of table {} becomes a version only when they are changed again",
                    ids.size(),
                    table,
                    e);
        }
    }

    private Optional<HistoryTable> history(BackendTransaction transaction, String table) {
        Optional<TableSchema> schema = transaction.catalog().table(table);
        return schema.map(kept::history)
                .filter(history -> transaction.catalog().table(history.name()).isPresent());
    }

    /** Compares all rows with their last versions: what was edited while nobody listened is not known. */
    private void catchUp() {
        try {
            List<String> tables;
            try (BackendTransaction reading = store.begin(TransactionOptions.READ_ONLY)) {
                tables = reading.catalog().tables().stream()
                        .filter(VersionedTables::isKept)
                        .toList();
            }
            for (String table : tables) {
                for (List<Object> some : VersionWriter.together(keys(table))) {
                    record(table, new LinkedHashSet<>(some), Map.of());
                }
            }
        } catch (RuntimeException e) {
            LOG.warn("What someone else did while the store was closed becomes versions only with the next changes", e);
        }
    }

    /** The keys of all rows that are there or have versions. */
    private Set<Object> keys(String table) {
        Set<Object> keys = new LinkedHashSet<>();
        try (BackendTransaction reading = store.begin(TransactionOptions.READ_ONLY)) {
            HistoryTable history = history(reading, table).orElse(null);
            if (history == null) {
                return Set.of();
            }
            try (RowCursor rows = reading.select(history.keysWhere(Condition.all()))) {
                rows.forEachRemaining(row -> keys.add(history.keyOf(row)));
            }
            try (RowCursor entries = reading.select(history.numbers(false))) {
                entries.forEachRemaining(entry -> keys.add(history.keyOf(entry)));
            }
        }
        return keys;
    }

    /** Waits for what was noticed. */
    @Override
    public void close() {
        thread.shutdown();
        boolean interrupted = false;
        try {
            while (!thread.isTerminated()) {
                try {
                    if (!thread.awaitTermination(1, TimeUnit.MINUTES)) {
                        LOG.warn("Still making versions of what someone else did");
                    }
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
