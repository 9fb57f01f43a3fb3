package io.taskmover.storage.examples;

import io.taskmover.storage.Repository;
import io.taskmover.storage.Storage;
import io.taskmover.storage.metrics.Metric;
import io.taskmover.storage.metrics.StorageMetrics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Looks at what a store measures. */
public final class Measured {
    record Note(String id, String text) {}

    public static void main(String[] args) throws IOException {
        Path directory = args.length > 0 ? Path.of(args[0]) : Files.createTempDirectory("measured");
        // README:metrics
        // what is slow goes to the log, with its plan and without its values; how long all takes is measured
        try (Storage storage = Storage.open("file:" + directory + "?slowQuery=200ms")) {
            Repository<Note, String> notes = storage.repository(Note.class, String.class);
            notes.save(new Note("n1", "Buy milk"));
            StorageMetrics metrics = storage.metrics(); // can be read at any time
            System.out.println(metrics.value(Metric.OPERATIONS, "upsert", "success") + " save, "
                    + metrics.value(Metric.JOURNAL_BYTES) + " bytes of journal");
        }
        // end
    }

    private Measured() {}
}
