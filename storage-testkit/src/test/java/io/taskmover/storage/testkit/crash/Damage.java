package io.taskmover.storage.testkit.crash;

import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.file.FileStores;
import io.taskmover.storage.file.FileSystemBackend;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.testkit.disk.DiskImage;
import io.taskmover.storage.testkit.disk.ModelDisk;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Opens a store on a disk on which something was damaged, and reads all of it: each answer has to be the right one or
 * an exception that says what is wrong. Thread-safe.
 */
final class Damage {
    private final AtomicLong tried = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();
    private final AtomicLong reported = new AtomicLong();

    /**
     * @param expected what the store may hold, the newest first: the end of a journal can look like a torn tail
     * @throws AssertionError if a value is wrong or missing and nothing says so
     */
    void check(DiskImage damaged, List<StoreState> expected, String what) {
        tried.incrementAndGet();
        ModelDisk disk = ModelDisk.unrecorded(damaged);
        List<String> problems = new ArrayList<>();
        try (FileSystemBackend store = FileStores.look(disk.path("/store"))) {
            compare(store, expected, problems);
        } catch (StorageException e) {
            refused.incrementAndGet();
        } catch (RuntimeException e) {
            problems.add("an exception that is not typed: " + e);
        }
        if (disk.openHandles() != 0) {
            problems.add(disk.openHandles() + " handles stay open");
        }
        if (!problems.isEmpty()) {
            throw new AssertionError(
                    what + ", kept in " + Evidence.keep(damaged, List.of(what)) + ":\n" + String.join("\n", problems));
        }
    }

    private void compare(FileSystemBackend store, List<StoreState> expected, List<String> problems) {
        try {
            StoreState found = StoreState.of(store);
            if (!expected.contains(found)) {
                problems.add("it reads wrong values; expected / found:\n"
                        + expected.get(0).difference(found));
            }
        } catch (StorageException e) {
            reported.incrementAndGet();
            StoreState newest = expected.get(0);
            newest.tables()
                    .forEach((table, content) -> content.rows()
                            .keySet()
                            .forEach(key -> problem(store, table, key, expected).ifPresent(problems::add)));
        }
    }

    private static Optional<String> problem(
            FileSystemBackend store, String table, Object key, List<StoreState> expected) {
        Row found;
        try {
            found = store.find(table, key).orElse(null);
        } catch (StorageException e) {
            return Optional.empty();
        }
        for (StoreState state : expected) {
            StoreState.Content content = state.tables().get(table);
            Row row = content == null ? null : content.rows().get(key);
            if (found == null ? row == null : found.equals(row)) {
                return Optional.empty();
            }
        }
        return Optional.of(table + " " + key + " is " + found);
    }

    long tried() {
        return tried.get();
    }

    @Override
    public String toString() {
        return tried + " damaged disks, " + refused + " refused, " + reported + " reported when read";
    }
}
