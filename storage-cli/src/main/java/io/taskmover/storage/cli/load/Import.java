package io.taskmover.storage.cli.load;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.cli.input.BadRecordException;
import io.taskmover.storage.cli.input.InputFile;
import io.taskmover.storage.cli.input.InputRecord;
import io.taskmover.storage.cli.input.Place;
import io.taskmover.storage.cli.output.Progress;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * An import in two passes. The first reads everything and writes nothing: it checks every record, remembers every id
 * (see {@link IdLedger} for its memory) and finds the schema. So the second, which loads, can fail only for reasons
 * that lie outside of the files; what it wrote until then it takes back ({@link Load}).
 */
public final class Import {
    private final StorageBackend store;
    private final ImportRequest request;
    private final Progress progress;
    private final BooleanSupplier cancelled;

    /** @param cancelled is asked now and then whether to stop and take everything back */
    public Import(StorageBackend store, ImportRequest request, Progress progress, BooleanSupplier cancelled) {
        this.store = store;
        this.request = request;
        this.progress = progress;
        this.cancelled = cancelled;
    }

    /**
     * Runs it.
     *
     * @throws BadRecordException if a record is bad and may not be skipped; nothing was written
     * @throws IOException if a file cannot be read; nothing is left written
     * @throws CancelledException if it was cancelled; nothing is left written
     */
    public ImportResult run() throws BadRecordException, IOException {
        Skipped skipped = new Skipped(request.skipBad(), progress::println);
        TableSchema schema;
        boolean created;
        boolean hasRows;
        long rows;
        try (BackendTransaction reading = store.begin(LongWork.READING)) {
            Optional<TableSchema> present = reading.catalog().table(request.table());
            created = present.isEmpty();
            PresentTable table = created ? null : new PresentTable(reading, present.get(), request.upsert());
            TableCheck check =
                    table == null ? new NewTable(request.table(), request.id(), typed(), request.upsert()) : table;
            hasRows = table != null && table.hasRows();
            rows = firstPass(check, skipped);
            if (rows == 0 && created) {
                throw BadRecordException.fatal(
                        Place.line(request.files().get(0).name(), 1), "no rows, so there is no schema to find");
            }
            schema = check.schema();
        }
        new Load(store, request, schema, skipped, progress, cancelled).run(created, hasRows, rows);
        return new ImportResult(schema, created, rows, skipped.count());
    }

    private boolean typed() {
        return request.files().get(0).format().typed();
    }

    private long firstPass(TableCheck check, Skipped skipped) throws BadRecordException, IOException {
        long bytes = request.files().stream().mapToLong(InputFile::size).sum();
        long rows = 0;
        try (RecordSource source = new RecordSource(request.files());
                Progress.Task task = progress.start("Checking", "rows", bytes)) {
            while (true) {
                try {
                    InputRecord record = source.next();
                    if (record == null) {
                        break;
                    }
                    if (checked(check, record, source, skipped)) {
                        rows++;
                    }
                } catch (BadRecordException bad) {
                    skipped.unreadable(bad);
                }
                if ((rows & 0xFF) == 0) {
                    task.update(rows, source.bytesRead());
                    CancelledException.throwIf(cancelled);
                }
            }
            task.update(rows, bytes);
        }
        return rows;
    }

    private static boolean checked(TableCheck check, InputRecord record, RecordSource source, Skipped skipped)
            throws BadRecordException {
        @Nullable BadRecordException problem = null;
        try {
            check.check(record, source);
        } catch (BadRecordException bad) {
            problem = bad;
        }
        if (problem != null) {
            skipped.refused(source.position(), problem);
        }
        return problem == null;
    }
}
