package io.taskmover.storage.cli.load;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.cli.input.BadRecordException;
import io.taskmover.storage.cli.input.InputFile;
import io.taskmover.storage.cli.input.InputRecord;
import io.taskmover.storage.cli.output.Progress;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The second pass of an import: writes the checked records.
 *
 * <p>Each batch is a transaction, so that memory holds one batch only. If a later one fails, what was written is taken
 * back: a table that the import made is dropped; from one that was there the inserted rows are deleted, found by reading
 * the files once more. Rows that an upsert replaced could not be brought back like that, so an upsert into a table with
 * rows is one transaction, and takes the memory that its backend needs for one. A process that is killed keeps the
 * batches that were committed.
 */
final class Load {
    /** A batch ends when so many bytes of its file have been read, even if it has fewer rows than it may have. */
    private static final long BATCH_BYTES = 16 << 20;

    private final StorageBackend store;
    private final ImportRequest request;
    private final TableSchema schema;
    private final Skipped skipped;
    private final Progress progress;
    private final BooleanSupplier cancelled;
    private final List<Object> generatedKeys = new ArrayList<>();
    private long committed;

    Load(
            StorageBackend store,
            ImportRequest request,
            TableSchema schema,
            Skipped skipped,
            Progress progress,
            BooleanSupplier cancelled) {
        this.store = store;
        this.request = request;
        this.schema = schema;
        this.skipped = skipped;
        this.progress = progress;
        this.cancelled = cancelled;
    }

    /**
     * @param create whether the table is to be made
     * @param hasRows whether it has rows already
     * @param rows how many rows the first pass found
     */
    void run(boolean create, boolean hasRows, long rows) throws IOException {
        if ((request.upsert() && hasRows) || !store.capabilities().has(Feature.CONCURRENT_WRITERS)) {
            loadAtOnce(create, rows);
            return;
        }
        if (create) {
            store.createTable(schema);
        }
        try {
            loadInBatches(rows);
            requireUnchanged();
        } catch (IOException | RuntimeException | Error e) {
            takeBack(create, e);
            throw e;
        }
    }

    private void loadInBatches(long total) throws IOException {
        WriteMode mode = request.upsert() ? WriteMode.UPSERT : WriteMode.INSERT;
        try (Progress.Task task = progress.start("Loading", "rows", total);
                CheckedRows rows = new CheckedRows(request.files(), schema, skipped)) {
            for (List<Row> batch = rows.next(request.batchRows());
                    !batch.isEmpty();
                    batch = rows.next(request.batchRows())) {
                CancelledException.throwIf(cancelled);
                List<Row> stored = write(mode, batch);
                if (schema.generatedKey()) {
                    stored.forEach(row -> generatedKeys.add(Objects.requireNonNull(schema.keyOf(row))));
                }
                committed += batch.size();
                task.update(committed, committed);
            }
        }
    }

    private List<Row> write(WriteMode mode, List<Row> batch) {
        if (mode == WriteMode.INSERT || schema.versionColumn().isEmpty()) {
            return store.write(schema.name(), mode, batch);
        }
        try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
            List<Row> stored = upsert(transaction, batch);
            transaction.commit();
            return stored;
        }
    }

    private void write(BackendTransaction transaction, List<Row> batch) {
        if (request.upsert()) {
            upsert(transaction, batch);
        } else {
            transaction.write(schema.name(), WriteMode.INSERT, batch);
        }
    }

    private List<Row> upsert(BackendTransaction transaction, List<Row> batch) {
        if (schema.versionColumn().isEmpty()) {
            return transaction.write(schema.name(), WriteMode.UPSERT, batch);
        }
        List<Row> stored = new ArrayList<>(batch.size());
        for (Row row : batch) {
            Row versioned = Keys.withStoredVersion(transaction, schema, row);
            stored.addAll(transaction.write(schema.name(), WriteMode.UPSERT, List.of(versioned)));
        }
        return stored;
    }

    private void loadAtOnce(boolean create, long total) throws IOException {
        long done = 0;
        try (Progress.Task task = progress.start("Loading", "rows", total);
                CheckedRows rows = new CheckedRows(request.files(), schema, skipped);
                BackendTransaction transaction = store.begin(LongWork.WRITING)) {
            if (create) {
                transaction.catalog().create(schema);
            }
            for (List<Row> batch = rows.next(request.batchRows());
                    !batch.isEmpty();
                    batch = rows.next(request.batchRows())) {
                CancelledException.throwIf(cancelled);
                write(transaction, batch);
                done += batch.size();
                task.update(done, done);
            }
            requireUnchanged();
            transaction.commit();
        }
    }

    private void requireUnchanged() throws IOException {
        for (InputFile file : request.files()) {
            if (file.changed()) {
                throw new IOException(file.name() + " was changed while it was imported; nothing of it was kept");
            }
        }
    }

    private void takeBack(boolean created, Throwable cause) {
        try {
            if (created) {
                try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
                    transaction.catalog().drop(schema.name());
                    transaction.commit();
                }
            } else if (committed > 0) {
                deleteCommitted();
            }
        } catch (IOException | RuntimeException failure) {
            cause.addSuppressed(new IncompleteUndoException(schema.name(), committed, failure));
        }
    }

    private void deleteCommitted() throws IOException {
        if (schema.generatedKey()) {
            for (int from = 0; from < generatedKeys.size(); from += request.batchRows()) {
                delete(generatedKeys.subList(from, Math.min(generatedKeys.size(), from + request.batchRows())));
            }
            return;
        }
        try (CheckedRows rows = new CheckedRows(request.files(), schema, skipped)) {
            long left = committed;
            while (left > 0) {
                List<Row> batch = rows.next((int) Math.min(left, request.batchRows()));
                if (batch.isEmpty()) {
                    throw new IOException("the files are no longer what they were");
                }
                delete(batch.stream()
                        .<Object>map(row -> Objects.requireNonNull(Keys.of(schema, row)))
                        .toList());
                left -= batch.size();
            }
        }
    }

    private void delete(List<Object> keys) {
        try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
            keys.forEach(key -> transaction.delete(schema.name(), key));
            transaction.commit();
        }
    }

    /** The rows that the first pass let through. */
    private static final class CheckedRows implements AutoCloseable {
        private final RecordSource source;
        private final RowMaker maker;
        private final Skipped skipped;

        CheckedRows(List<InputFile> files, TableSchema schema, Skipped skipped) {
            this.source = new RecordSource(files);
            this.maker = new RowMaker(schema);
            this.skipped = skipped;
        }

        /** The next rows, at most {@code most}; none at the end. */
        List<Row> next(int most) throws IOException {
            List<Row> batch = new ArrayList<>(Math.min(most, 1 << 12));
            long start = source.bytesRead();
            while (batch.size() < most && source.bytesRead() - start < BATCH_BYTES) {
                @Nullable InputRecord record;
                try {
                    record = source.next();
                    if (record == null) {
                        break;
                    }
                    if (!skipped.contains(source.position())) {
                        batch.add(maker.make(record, source.file().format().typed()));
                    }
                } catch (BadRecordException e) {
                    if (e.fatal() || !skipped.allowed()) {
                        throw new IOException(e.place().file() + " was changed while it was imported", e);
                    }
                }
            }
            return batch;
        }

        @Override
        public void close() throws IOException {
            source.close();
        }
    }
}
