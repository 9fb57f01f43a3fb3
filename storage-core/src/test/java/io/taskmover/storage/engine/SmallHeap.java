package io.taskmover.storage.engine;

import static io.taskmover.storage.query.Field.field;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.Verification;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.query.Assignments;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.Row;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.stream.LongStream;

/** A program that does with a table of ten times its heap what programs do with tables. */
final class SmallHeap {
    private static final int BATCH = 250;
    private static final int NUMBERS = 100;

    private final RecordFile file;
    private final long rows;
    private final long budget;

    /** The budget is small enough for the collector to have room beside the keys. */
    private SmallHeap(RecordFile file, long maxHeap) {
        this.file = file;
        this.rows = 10 * maxHeap / RecordFile.RECORD;
        this.budget = maxHeap / 16;
    }

    /** @param arguments the file */
    public static void main(String[] arguments) throws Exception {
        long maxHeap = Runtime.getRuntime().maxMemory();
        SmallHeap heap = new SmallHeap(new RecordFile(Path.of(arguments[0])), maxHeap);
        try (Engine engine = heap.open()) {
            heap.load(engine);
            heap.scan(engine);
        }
        SmallHeap again = new SmallHeap(new RecordFile(Path.of(arguments[0])), maxHeap);
        try (Engine engine = again.open()) {
            again.restore(engine);
            again.require(reads(engine) == 0, "opening reads nothing");
            again.query(engine);
            again.update(engine);
            again.alter(engine);
            again.scan(engine);
            Verification verification = engine.verify();
            again.require(verification.problems().isEmpty(), "verify: " + verification.problems());
            again.require(verification.rows() == again.rows, "verify counts all rows");
        }
        System.out.println(again.rows + " rows of " + RecordFile.RECORD + " bytes, heap " + maxHeap);
    }

    private Engine open() {
        return new Engine(file, file, budget, Clock.systemUTC(), Duration.ofMinutes(5), false);
    }

    private static long reads(Engine engine) {
        return engine.cacheStatistics().orElseThrow().misses();
    }

    private void require(boolean condition, String what) {
        if (!condition) {
            throw new AssertionError("This does not hold: " + what);
        }
    }

    private void load(Engine engine) {
        try (BackendTransaction transaction = engine.begin(TransactionOptions.DEFAULT)) {
            transaction.catalog().create(RecordFile.SCHEMA);
            transaction.commit();
        }
        List<Row> batch = new ArrayList<>();
        for (long id = 0; id < rows; id++) {
            batch.add(RecordFile.row(id, id % NUMBERS));
            if (batch.size() == BATCH || id == rows - 1) {
                engine.write("t", WriteMode.INSERT, batch);
                engine.stored(engine.lastSequence());
                batch.clear();
            }
        }
    }

    private void restore(Engine engine) {
        Iterator<Row> stubs = LongStream.range(0, rows)
                .mapToObj(id -> Row.of(RecordFile.SCHEMA.rowType(), id, id % NUMBERS, null))
                .iterator();
        engine.restoreTable(RecordFile.SCHEMA, 0, () -> stubs, 1, List.of(), 1);
    }

    private void scan(Engine engine) {
        long[] seen = new long[1];
        try (BackendTransaction transaction = engine.begin(TransactionOptions.READ_ONLY)) {
            transaction.select(Select.from("t")).forEachRemaining(row -> {
                long id = (Long) Objects.requireNonNull(row.get("id"));
                long n = (Long) Objects.requireNonNull(row.get("n"));
                require(RecordFile.text(id, n).equals(row.get("text")), "row " + id + " is whole");
                seen[0]++;
            });
            require(seen[0] == rows, "a scan sees all rows, not " + seen[0]);
        }
        var statistics = engine.cacheStatistics().orElseThrow();
        require(statistics.bytes() <= budget && statistics.evictions() > rows / 2, "the budget: " + statistics);
    }

    private void query(Engine engine) {
        long before = reads(engine);
        try (BackendTransaction transaction = engine.begin(TransactionOptions.READ_ONLY)) {
            Select some = Select.from("t").where(field("n").eq(7L).condition());
            require(transaction.count(Select.from("t")) == rows, "all are counted");
            require(transaction.count(some) == (rows + NUMBERS - 8) / NUMBERS, "those with a number are counted");
            require(reads(engine) == before, "counting reads nothing");
            long[] found = new long[1];
            transaction.select(some).forEachRemaining(row -> found[0]++);
            require(found[0] == transaction.count(some), "all with the number are found");
        }
    }

    private void update(Engine engine) {
        Random random = new Random(1);
        for (int i = 0; i < 5_000; i++) {
            long id = random.nextLong(rows);
            engine.write("t", WriteMode.UPDATE, List.of(RecordFile.row(id, id % NUMBERS)));
            engine.stored(engine.lastSequence());
        }
        try (BackendTransaction transaction = engine.begin(TransactionOptions.DEFAULT)) {
            long changed = transaction.update(
                    "t", field("id").lessThan(500L).condition(), Assignments.of(Map.of("text", RecordFile.text(0, 0))));
            require(changed == 500, "500 rows are updated");
            transaction.commit();
        }
        engine.stored(engine.lastSequence());
        for (long id = 0; id < 500; id++) {
            engine.write("t", WriteMode.UPDATE, List.of(RecordFile.row(id, id % NUMBERS)));
            engine.stored(engine.lastSequence());
        }
    }

    private void alter(Engine engine) {
        try (BackendTransaction transaction = engine.begin(TransactionOptions.DEFAULT)) {
            transaction
                    .catalog()
                    .addColumn("t", Column.of("note", DataType.TEXT).withDefault("none"));
            transaction.commit();
        }
        engine.stored(engine.lastSequence());
        try (BackendTransaction transaction = engine.begin(TransactionOptions.DEFAULT)) {
            transaction.catalog().createIndex("t", Index.of("t", false, "note", "n"));
            transaction.commit();
        }
        engine.stored(engine.lastSequence());
    }
}
