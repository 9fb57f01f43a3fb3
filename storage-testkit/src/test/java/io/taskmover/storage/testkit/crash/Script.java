package io.taskmover.storage.testkit.crash;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.file.FileStores;
import io.taskmover.storage.file.FileSystemBackend;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.testkit.disk.DiskImage;
import io.taskmover.storage.testkit.disk.ModelDisk;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** A few commits, always the same, in a store of a layout: what it holds after each is known beforehand. */
final class Script {
    private static final int COMMITS = 16;
    /** Where a store starts that was killed. */
    private static final int HALF = 9;

    private final String layout;
    private final List<StoreState> states = new ArrayList<>();

    Script(String layout) {
        this.layout = layout;
        states.add(StoreState.EMPTY);
        try (FileSystemBackend store = open(ModelDisk.unrecorded(DiskImage.EMPTY))) {
            for (int i = 0; i < COMMITS; i++) {
                commit(store, i);
                StoreState state = StoreState.of(store);
                if (states.contains(state)) {
                    throw new IllegalStateException("commit " + i + " changes nothing");
                }
                states.add(state);
            }
        }
    }

    /** Opens the store on a disk, or makes it there. */
    FileSystemBackend open(ModelDisk disk) {
        return Workload.open(disk, "sync", layout);
    }

    /** How many commits there are. */
    int commits() {
        return COMMITS;
    }

    /** What the store holds after so many commits. */
    StoreState state(int commits) {
        return states.get(commits);
    }

    /** After how many commits the store holds this; -1 if never. */
    int commitsUpTo(StoreState state) {
        return states.indexOf(state);
    }

    /** Whether the files are waited for after so many commits. */
    static boolean drains(int commits) {
        return commits % 5 == 4;
    }

    /** Does the next commit of a store that holds what so many led to. */
    static void commit(StorageBackend store, int before) {
        switch (before) {
            case 0 -> store.createTable(Workload.PEOPLE);
            case 1 -> store.createTable(Workload.NOTES);
            case 2, 3, 8, 12 -> store.write("people", WriteMode.INSERT, List.of(person(before)));
            case 6 -> store.delete("people", 2L);
            case 10 -> addColumn(store);
            case 11 -> store.delete("notes", "n9");
            default -> transaction(store, before);
        }
    }

    /** With its key: what is generated depends on what was refused before. */
    private static Row person(int number) {
        return Row.of(Workload.PEOPLE.rowType(), (long) number, "name" + number, (long) number);
    }

    private static Row note(int id, int number) {
        return Row.of(
                RowType.of(Workload.NOTES.columns()),
                "n" + id,
                (long) number,
                Character.toString('a' + number).repeat(id == 4 ? 2_000 : 20));
    }

    private static void addColumn(StorageBackend store) {
        try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
            transaction.catalog().addColumn("notes", Column.of("extra", DataType.INTEGER));
            transaction.commit();
        }
    }

    private static void transaction(StorageBackend store, int number) {
        try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
            transaction.write("notes", WriteMode.UPSERT, List.of(note(number % 3, number), note(4, number)));
            transaction.write("notes", WriteMode.UPSERT, List.of(note(5 + number, number)));
            transaction.write("people", WriteMode.INSERT, List.of(person(number)));
            transaction.commit();
        }
    }

    /** A disk as a program left it that was killed half-way: some commits are in files, the last only in the journal. */
    DiskImage half() {
        while (true) {
            ModelDisk disk = ModelDisk.unrecorded(DiskImage.EMPTY);
            try (FileSystemBackend store = open(disk)) {
                String drained = "";
                for (int i = 0; i < HALF; i++) {
                    commit(store, i);
                    if (drains(i)) {
                        FileStores.drain(store);
                        drained = rows(disk.image());
                    }
                }
                DiskImage image = disk.image();
                boolean writing = image.files().stream().anyMatch(file -> file.contains("/tmp/"));
                if (!writing && rows(image).equals(drained)) {
                    return image;
                }
                // a slow machine: files of the last commits are being written
            }
        }
    }

    /** What is in the files of the rows. */
    private static String rows(DiskImage image) {
        StringBuilder rows = new StringBuilder();
        for (String file : image.files()) {
            if (!file.startsWith("/store/.storage/")) {
                rows.append(file).append(new String(image.bytes(file), StandardCharsets.UTF_8));
            }
        }
        return rows.toString();
    }
}
