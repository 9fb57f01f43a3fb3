package io.taskmover.storage.benchmarks;

import io.taskmover.storage.Storage;
import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowJson;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;
import java.util.List;
import tools.jackson.core.JsonGenerator;

/**
 * A backup beside an export: each of all rows of a store that was just opened, in id order into a file that is on the disk
 * then. A backup is compressed, summed up and read again as well.
 */
final class Backups {
    private static final int BATCH = 10_000;

    private final Contenders contender;
    private final int rows;
    private final Results results;

    Backups(Contenders contender, int rows, Results results) {
        this.contender = contender;
        this.rows = rows;
        this.results = results;
    }

    /** The name under which the export of a contender is reported. */
    static String exportOf(Contenders contender) {
        return "export of " + contender.title();
    }

    /** Does each twice, in turns; the first is to warm up. */
    void run() throws Exception {
        java.nio.file.Path directory = Disk.newDirectory();
        try {
            try (Contender store = contender.create()) {
                store.open(directory);
                for (int i = 0; i < rows; i += BATCH) {
                    store.load(Job.range(i, Math.min(rows, i + BATCH), rows));
                }
            }
            double export = 0;
            double backup = 0;
            for (int i = 0; i < 2; i++) {
                java.nio.file.Path exported = directory.resolve(i + ".jsonl");
                java.nio.file.Path backedUp = directory.resolve(i + ".zip");
                export = seconds(directory, storage -> export(storage, exported));
                backup = seconds(directory, storage -> storage.backup(backedUp).rows());
            }
            results.add(Measure.BACKUP, rows, exportOf(contender), rows / export);
            results.add(Measure.BACKUP, rows, contender.title(), rows / backup);
        } finally {
            Disk.deleteAtEnd(directory);
        }
    }

    private interface Work {
        long rows(Storage storage) throws IOException;
    }

    private double seconds(java.nio.file.Path directory, Work work) throws Exception {
        try (TaskMover store = (TaskMover) contender.create()) {
            store.open(directory);
            long start = System.nanoTime();
            long done = work.rows(store.storage());
            double seconds = (System.nanoTime() - start) / 1e9;
            if (done != rows) {
                throw new IllegalStateException(contender + " has written " + done + " rows of " + rows);
            }
            return seconds;
        }
    }

    private static long export(Storage storage, java.nio.file.Path file) throws IOException {
        long written = 0;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
                BackendTransaction reading = storage.backend().begin(TransactionOptions.READ_ONLY)) {
            OutputStream out = new BufferedOutputStream(Channels.newOutputStream(channel), 1 << 16);
            String table = reading.catalog().tables().get(0);
            RowJson json =
                    RowJson.of(reading.catalog().table(table).orElseThrow().rowType());
            Select all = Select.from(table).orderBy(List.of(new Sort(Path.of("id"), false)));
            try (RowCursor cursor = reading.select(all);
                    JsonGenerator lines = RowJson.lines(out)) {
                for (Row row = cursor.next(); row != null; row = cursor.next()) {
                    json.write(lines, row);
                    written++;
                }
                lines.flush();
                out.flush();
                channel.force(true);
            }
        }
        return written;
    }
}
