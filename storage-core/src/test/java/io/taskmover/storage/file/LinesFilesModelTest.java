package io.taskmover.storage.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Random batches into segments of a few hundred bytes come to the same as in a map, whatever happens in between. */
class LinesFilesModelTest {
    private static final int SEGMENT_BYTES = 400;

    private static final TableSchema ITEMS = TableSchema.builder("items")
            .column("id", DataType.INTEGER)
            .column("kind", DataType.TEXT)
            .column("text", DataType.TEXT)
            .primaryKey("id")
            .index("kind")
            .build();

    @TempDir
    Path root;

    private FileSystemBackend open(Disk disk) {
        FileSystemBackend backend = new FileSystemBackend(disk, Bounds.USUAL.withSegmentBytes(SEGMENT_BYTES));
        backend.connect(StorageConfig.of("file:" + root + "?layout=lines&memory=1KiB"));
        return backend;
    }

    private static Row item(Random random, long id) {
        String text = "x".repeat(random.nextInt(20) == 0 ? 500 : random.nextInt(40)) + random.nextInt(1000);
        return Row.of(ITEMS.rowType(), id, "kind" + random.nextInt(3), text);
    }

    /** What one commit does: puts rows, or removes those without one. */
    private static TreeMap<Long, Row> batch(Random random) {
        TreeMap<Long, Row> batch = new TreeMap<>();
        int style = random.nextInt(4);
        long start = random.nextInt(300);
        for (int i = 0; i < 1 + random.nextInt(30); i++) {
            long id = style == 0 ? random.nextInt(300) : style == 1 ? start + i : start - i;
            boolean removed = style == 3 || random.nextInt(5) == 0;
            batch.put(id, removed ? null : item(random, id));
        }
        return batch;
    }

    private static void commit(FileSystemBackend store, Map<Long, Row> batch) {
        try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
            batch.forEach((id, row) -> {
                if (row == null) {
                    transaction.delete("items", (Object) id);
                } else {
                    transaction.write("items", WriteMode.UPSERT, List.of(row));
                }
            });
            transaction.commit();
        }
    }

    private static void apply(TreeMap<Long, Row> model, Map<Long, Row> batch) {
        batch.forEach((id, row) -> {
            if (row == null) {
                model.remove(id);
            } else {
                model.put(id, row);
            }
        });
    }

    @Test
    void randomBatchesComeToTheSameAsInAMap() throws IOException {
        long seed = new Random().nextLong();
        Random random = new Random(seed);
        TreeMap<Long, Row> model = new TreeMap<>();
        FileSystemBackend store = open(new RealDisk());
        try {
            store.createTable(ITEMS);
            for (int step = 0; step < 100; step++) {
                TreeMap<Long, Row> batch = batch(random);
                commit(store, batch);
                apply(model, batch);
                store.drain();
                requireSegments(model, "seed " + seed + " step " + step);
                if (random.nextInt(10) == 0) {
                    store.close();
                    if (random.nextInt(4) == 0) {
                        StoreFixture.deleteAll(root.resolve(".storage"));
                    }
                    store = open(new RealDisk());
                    assertThat(store.verify().problems())
                            .as("seed %s step %s", seed, step)
                            .isEmpty();
                }
                assertThat(StoreFixture.rows(store, "items"))
                        .as("seed %s step %s", seed, step)
                        .isEqualTo(model);
            }
        } finally {
            store.close();
        }
    }

    /** Every row in exactly one segment, in order, within the limit. */
    private void requireSegments(TreeMap<Long, Row> model, String what) throws IOException {
        List<Long> ids = new ArrayList<>();
        for (Path file : SegmentFolder.list(root.resolve("items"))) {
            List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
            assertThat(lines).as(what).isNotEmpty();
            assertThat(Files.size(file) <= SEGMENT_BYTES || lines.size() == 1)
                    .as("%s: %s is not too large", what, file)
                    .isTrue();
            lines.forEach(line -> ids.add(Long.parseLong(line.replaceAll("^\\{\"id\":(-?\\d+),.*", "$1"))));
        }
        assertThat(ids).as(what).containsExactlyElementsOf(model.keySet());
    }

    /** A disk that does nothing any more after a number of operations. */
    private static final class StoppingDisk extends CountingDisk {
        private int left = Integer.MAX_VALUE;

        StoppingDisk() {
            hook = (operation, path) -> {
                synchronized (this) {
                    if (left <= 0) {
                        throw new IOException("stopped");
                    }
                    left--;
                }
            };
        }

        synchronized void stopAfter(int operations) {
            left = operations;
        }

        synchronized int left() {
            return left;
        }
    }

    @Test
    void aProcessThatEndsAtAnyDiskOperationLosesNothing() throws IOException {
        Random random = new Random(7);
        TreeMap<Long, Row> model = new TreeMap<>();
        try (FileSystemBackend store = open(new RealDisk())) {
            store.createTable(ITEMS);
            for (int i = 0; i < 15; i++) {
                TreeMap<Long, Row> batch = batch(random);
                commit(store, batch);
                apply(model, batch);
            }
        }
        int stops = 0;
        for (int round = 0; round < 3; round++) {
            TreeMap<Long, Row> batch = batch(random);
            boolean stopped = true;
            for (int operations = 0; stopped; operations++) {
                stopped = stopAfter(operations, batch, model);
                stops += stopped ? 1 : 0;
            }
        }
        assertThat(stops).isGreaterThan(30);
    }

    /** Returns whether the disk stopped before the batch was in the segments. */
    private boolean stopAfter(int operations, TreeMap<Long, Row> batch, TreeMap<Long, Row> model) throws IOException {
        StoppingDisk disk = new StoppingDisk();
        TreeMap<Long, Row> after = new TreeMap<>(model);
        apply(after, batch);
        boolean acknowledged = false;
        FileSystemBackend store = open(disk);
        disk.stopAfter(operations);
        try (store) {
            commit(store, batch);
            acknowledged = true;
            store.drain();
        } catch (StorageException e) {
            assertThat(disk.left()).isZero();
        }
        boolean stopped = disk.left() == 0;
        try (FileSystemBackend again = open(new RealDisk())) {
            Map<Object, Row> rows = StoreFixture.rows(again, "items");
            if (acknowledged) {
                assertThat(rows).as("after %d operations", operations).isEqualTo(after);
            } else {
                assertThat(rows).as("after %d operations", operations).isIn(model, after);
            }
            again.drain();
            assertThat(again.verify().problems())
                    .as("after %d operations", operations)
                    .isEmpty();
            TreeMap<Long, Row> now = new TreeMap<>();
            rows.forEach((id, row) -> now.put((Long) id, row));
            requireSegments(now, "after " + operations + " operations");
            // back, for the next try
            TreeMap<Long, Row> back = new TreeMap<>();
            batch.keySet().forEach(id -> back.put(id, model.get(id)));
            if (stopped) {
                commit(again, back);
            } else {
                model.clear();
                model.putAll(after);
            }
        }
        return stopped;
    }

    @Test
    void aDiskThatFailsAtAnyOperationAndComesBackLosesNothing() throws IOException {
        Random random = new Random(11);
        TreeMap<Long, Row> model = new TreeMap<>();
        StoppingDisk disk = new StoppingDisk();
        try (FileSystemBackend store = open(disk)) {
            store.createTable(ITEMS);
            for (int round = 0; round < 30; round++) {
                TreeMap<Long, Row> batch = batch(random);
                commit(store, batch);
                apply(model, batch);
                failOnce(disk, random.nextInt(12), store);
                assertThat(StoreFixture.rows(store, "items"))
                        .as("round %d", round)
                        .isEqualTo(model);
                requireSegments(model, "round " + round);
            }
            assertThat(store.verify().problems()).isEmpty();
        }
        try (FileSystemBackend store = open(new RealDisk())) {
            assertThat(StoreFixture.rows(store, "items")).isEqualTo(model);
            assertThat(store.verify().problems()).isEmpty();
        }
    }

    private static void failOnce(StoppingDisk disk, int operations, FileSystemBackend store) {
        CountingDisk.Hook none = disk.hook;
        int[] left = {operations};
        disk.hook = (operation, path) -> {
            boolean segment = operation.equals("move") || operation.equals("create") || operation.equals("delete");
            if (segment && left[0]-- == 0) {
                throw new IOException("this time it fails");
            }
        };
        boolean failing = true;
        while (failing) {
            try {
                store.drain();
                failing = false;
            } catch (StorageException e) {
                assertThat(e).hasMessageContaining("this time it fails");
            }
        }
        disk.hook = none;
    }
}
