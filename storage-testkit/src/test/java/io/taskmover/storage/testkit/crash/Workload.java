package io.taskmover.storage.testkit.crash;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.file.FileStores;
import io.taskmover.storage.file.FileSystemBackend;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import io.taskmover.storage.testkit.disk.DiskImage;
import io.taskmover.storage.testkit.disk.ModelDisk;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Does at random, from a seed, what programs do with a store: commits of one row and of many in several tables, changes
 * of the catalog, waiting for the files, closing and opening again. In a {@link CrowdedStore} segments are also cut,
 * renumbered and joined.
 */
final class Workload {
    static final TableSchema PEOPLE = TableSchema.builder("people")
            .column("id", DataType.INTEGER)
            .column("name", DataType.TEXT)
            .column("age", DataType.INTEGER)
            .primaryKey("id")
            .generatedKey()
            .unique("name")
            .index("age")
            .build();
    static final TableSchema NOTES = TableSchema.builder("notes")
            .column("id", DataType.TEXT)
            .column("n", DataType.INTEGER)
            .column("body", DataType.TEXT)
            .primaryKey("id")
            .index("n")
            .build();
    private static final TableSchema SHAPES = TableSchema.builder("shapes")
            .column("id", DataType.INTEGER)
            .column("a", DataType.TEXT)
            .primaryKey("id")
            .build();

    private static final int KEYS = 12;
    private static final List<String> DURABILITIES = List.of("sync", "sync", "batched:1ms", "none", "sync");

    private final Random random;
    private final String durability;
    private final @Nullable String layout;
    private final ModelDisk disk;
    private final History history;
    private final Turnovers turnovers = new Turnovers();
    private FileSystemBackend store;

    Workload(long seed, String durability, DiskImage start, StoreState first) {
        this.random = new Random(seed);
        this.durability = durability;
        // a store that is there keeps its own
        this.layout = start == DiskImage.EMPTY ? layout(seed) : null;
        this.disk = ModelDisk.of(start);
        this.history = new History(first, 1);
        this.store = open();
    }

    /** What programs do with stores that are made with a seed: with new ones, and with one that is crowded. */
    static Workload of(long seed) {
        String durability = DURABILITIES.get((int) (seed % DURABILITIES.size()));
        return seed % 8 == 4
                ? new Workload(
                        seed,
                        durability,
                        CrowdedStore.get().image(),
                        CrowdedStore.get().state())
                : new Workload(seed, durability, DiskImage.EMPTY, StoreState.EMPTY);
    }

    private FileSystemBackend open() {
        FileSystemBackend opened = open(disk, durability, layout);
        history.settled(disk.operations());
        boolean durable = durability.equals("sync");
        opened.onCommit((origin, changes) -> history.committed(changes, disk.operations(), durable));
        return opened;
    }

    /** Opens the store on a disk. */
    static FileSystemBackend open(ModelDisk disk, String durability) {
        return open(disk, durability, null);
    }

    /** Opens it; a new one gets the layout. */
    static FileSystemBackend open(ModelDisk disk, String durability, @Nullable String layout) {
        return FileStores.open(disk.path("/store"), durability, layout);
    }

    /** The layout of the stores that are made with a seed. */
    static String layout(long seed) {
        return seed % 2 == 0 ? "lines" : "entity";
    }

    /** Takes so many steps, closes the store, and returns what happened. */
    Recording run(int steps) {
        try {
            create(PEOPLE);
            create(NOTES);
            for (int i = 0; i < steps; i++) {
                step();
                if (i == steps / 2 && disk.start() == CrowdedStore.get().image()) {
                    turnOver();
                }
            }
        } finally {
            store.close();
        }
        turnovers.look(disk.start(), disk.log());
        return new Recording(disk.start(), disk.log(), history, turnovers);
    }

    private void create(TableSchema schema) {
        if (!history.last().tables().containsKey(schema.name())) {
            alter(transaction -> transaction.catalog().create(schema));
        }
    }

    private void step() {
        int dice = random.nextInt(100);
        if (dice < 30) {
            store.write("notes", WriteMode.UPSERT, List.of(note()));
        } else if (dice < 45) {
            store.write("people", WriteMode.INSERT, List.of(person()));
        } else if (dice < 60) {
            delete();
        } else if (dice < 80) {
            transaction();
        } else if (dice < 88) {
            change();
        } else if (dice < 96) {
            drain();
        } else {
            store.close();
            history.settled(disk.operations());
            store = open();
        }
    }

    private void drain() {
        FileStores.drain(store);
        history.settled(disk.operations());
    }

    /** Has a segment cut where there is no number for another one, and then some joined that have lost most rows. */
    private void turnOver() {
        drain();
        DiskImage before = disk.image();
        store.write(
                "notes", WriteMode.UPSERT, CrowdedStore.notes(CrowdedStore.get().next(), 12));
        for (int each : new int[] {2, 4}) {
            drain();
            DiskImage after = disk.image();
            turnovers.look(CrowdedStore.DIRECTORY, before, after);
            before = after;
            thinOut(each);
        }
        drain();
        turnovers.look(CrowdedStore.DIRECTORY, before, disk.image());
    }

    /** Leaves one in so many of the crowded notes. */
    private void thinOut(int each) {
        List<Object> ids = keys("notes");
        ids.removeIf(id -> !id.toString().startsWith(CrowdedStore.PREFIX));
        try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
            for (int i = 0; i < ids.size(); i++) {
                if (i % each != 0) {
                    transaction.delete("notes", ids.get(i));
                }
            }
            transaction.commit();
        }
    }

    private Row note() {
        int length = random.nextInt(10) == 0 ? 5_000 : random.nextInt(300);
        return Row.of(
                NOTES.rowType(),
                "note" + random.nextInt(KEYS),
                (long) random.nextInt(5),
                Character.toString('a' + random.nextInt(26)).repeat(length));
    }

    private Row person() {
        return Row.of(PEOPLE.rowType(), null, "name" + random.nextLong(), (long) random.nextInt(5));
    }

    private void delete() {
        if (random.nextBoolean()) {
            store.delete("notes", "note" + random.nextInt(KEYS));
        } else {
            List<Object> ids = keys("people");
            if (!ids.isEmpty()) {
                // the newest often: its key must not come back
                store.delete("people", ids.get(random.nextBoolean() ? ids.size() - 1 : random.nextInt(ids.size())));
            }
        }
    }

    private List<Object> keys(String table) {
        StoreState.Content content = history.last().tables().get(table);
        List<Object> keys =
                new ArrayList<>(content == null ? List.of() : content.rows().keySet());
        keys.sort((a, b) -> Objects.requireNonNull(content).schema().compareKeys(a, b));
        return keys;
    }

    private void transaction() {
        // as a branch of one over several stores, whose decider knows of none
        PreparedTransaction global = new PreparedTransaction("global" + random.nextLong(), "", Instant.EPOCH);
        try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT.asBranchOf(global))) {
            int writes = 1 + random.nextInt(4);
            for (int i = 0; i < writes; i++) {
                transaction.write("notes", WriteMode.UPSERT, List.of(note()));
                transaction.write("people", WriteMode.INSERT, List.of(person()));
            }
            List<Object> ids = keys("people");
            while (ids.size() > KEYS) {
                transaction.delete("people", ids.remove(random.nextInt(ids.size())));
            }
            int dice = random.nextInt(10);
            if (dice < 4) {
                transaction.prepare(global);
            }
            if (dice == 0) {
                transaction.rollback();
            } else {
                transaction.commit();
            }
        }
    }

    /** What a transaction does to the catalog, and to rows. */
    private interface Alteration {
        void apply(BackendTransaction transaction);
    }

    private void alter(Alteration alteration) {
        try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
            alteration.apply(transaction);
            int before = history.commits();
            transaction.commit();
            if (history.commits() > before) {
                history.correct(StoreState.of(store));
            }
        }
    }

    private void change() {
        StoreState.Content shapes = history.last().tables().get("shapes");
        if (shapes == null) {
            alter(transaction -> {
                transaction.catalog().create(SHAPES);
                transaction.write("shapes", WriteMode.INSERT, shapes(SHAPES, random.nextInt(6)));
            });
            return;
        }
        TableSchema schema = shapes.schema();
        boolean more = schema.columns().size() > 2;
        switch (random.nextInt(4)) {
            case 0 -> alter(transaction -> transaction.catalog().drop("shapes"));
            case 1 ->
                alter(transaction -> {
                    if (more) {
                        transaction.catalog().dropColumn("shapes", "b");
                    } else {
                        Column column = Column.of("b", DataType.TEXT);
                        transaction.catalog().addColumn("shapes", column);
                        TableSchema wider = schema.toBuilder().column(column).build();
                        transaction.write("shapes", WriteMode.UPSERT, shapes(wider, 2));
                    }
                });
            case 2 ->
                alter(transaction -> {
                    if (schema.indexes().isEmpty()) {
                        transaction.catalog().createIndex("shapes", Index.of("shapes", false, "a"));
                    } else {
                        transaction
                                .catalog()
                                .dropIndex("shapes", schema.indexes().get(0).name());
                    }
                });
            default -> store.write("shapes", WriteMode.UPSERT, shapes(schema, 3));
        }
    }

    private List<Row> shapes(TableSchema schema, int count) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Object[] values = new Object[schema.columns().size()];
            values[0] = (long) (i * 3 + random.nextInt(3));
            for (int c = 1; c < values.length; c++) {
                values[c] = "shape" + random.nextInt(9);
            }
            rows.add(Row.of(schema.rowType(), values));
        }
        return rows;
    }
}
