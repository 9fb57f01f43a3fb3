package io.taskmover.storage.testkit.crash;

import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.file.FileStores;
import io.taskmover.storage.file.FileSystemBackend;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.testkit.disk.DiskImage;
import io.taskmover.storage.testkit.disk.ModelDisk;
import java.util.ArrayList;
import java.util.List;

/**
 * A store of lines, killed, in which no number is left for a segment where the next notes of {@link #note} belong: when
 * the segment there is cut, its neighbours have to get other numbers.
 *
 * @param next the number of the next such note
 */
record CrowdedStore(DiskImage image, StoreState state, int next) {
    /** Where the segments are. */
    static final String DIRECTORY = "/store/notes";
    /** What the ids of these notes begin with; they come before those that others write. */
    static final String PREFIX = "m";
    /** Between numbers that are less apart there is none for a segment. */
    private static final long ROOM = 8;

    private static final CrowdedStore INSTANCE = make();

    /** The one that there is. */
    static CrowdedStore get() {
        return INSTANCE;
    }

    private static CrowdedStore make() {
        ModelDisk disk = ModelDisk.unrecorded(DiskImage.EMPTY);
        try (FileSystemBackend store = Workload.open(disk, "sync", "lines")) {
            store.createTable(Workload.PEOPLE);
            store.createTable(Workload.NOTES);
            List<Row> behind = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                behind.add(Row.of(Workload.NOTES.rowType(), "note" + i, 0L, "z".repeat(300)));
            }
            store.write("notes", WriteMode.UPSERT, behind);
            int next = 0;
            do {
                store.write("notes", WriteMode.UPSERT, notes(next, 8));
                next += 8;
                FileStores.drain(store);
            } while (room(disk.image()) >= ROOM);
            return new CrowdedStore(disk.image(), StoreState.of(store), next);
        }
    }

    /** Notes of 100 bytes each, which belong where there is no room. */
    static List<Row> notes(int first, int count) {
        List<Row> notes = new ArrayList<>();
        for (int i = first; i < first + count; i++) {
            notes.add(Row.of(Workload.NOTES.rowType(), String.format("%s%04d", PREFIX, i), i % 5L, "y".repeat(64)));
        }
        return notes;
    }

    /** How far apart the two numbers are that are next to each other. */
    private static long room(DiskImage image) {
        long least = Long.MAX_VALUE;
        long former = 0;
        for (String file : image.files()) {
            if (file.startsWith(DIRECTORY) && file.endsWith(".jsonl")) {
                long number = Long.parseLong(file.substring(DIRECTORY.length() + 1, file.indexOf('.')));
                least = former == 0 ? least : Math.min(least, number - former);
                former = number;
            }
        }
        return least;
    }
}
