package io.taskmover.storage.engine;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.function.ToLongFunction;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * An {@link Engine} in memory is a row of registers, for any number of threads: what one call writes, deletes or commits
 * happens at one moment, and a find sees what was there at one.
 */
@Param(name = "id", gen = IntGen.class, conf = "0:1")
@Param(name = "value", gen = IntGen.class, conf = "1:9")
@Tag("lincheck")
public class EngineLincheckTest {
    private static final TableSchema SCHEMA = TableSchema.builder("t")
            .column("id", DataType.INTEGER)
            .column("n", DataType.INTEGER)
            .primaryKey("id")
            .build();

    private final Engine engine =
            new Engine(CommitLog.NONE, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), Duration.ofMinutes(5), false);

    public EngineLincheckTest() {
        try (BackendTransaction transaction = engine.begin(TransactionOptions.DEFAULT)) {
            transaction.catalog().create(SCHEMA);
            transaction.commit();
        }
    }

    private static long n(Optional<Row> row) {
        return row.map(found -> (Long) found.get("n")).orElse(0L);
    }

    private static List<Row> row(long id, long n) {
        return List.of(Row.of(SCHEMA.rowType(), id, n));
    }

    /** Runs work in transactions until nobody was quicker. */
    private long transact(Isolation isolation, ToLongFunction<BackendTransaction> work) {
        while (true) {
            try (BackendTransaction transaction = engine.begin(TransactionOptions.DEFAULT.withIsolation(isolation))) {
                return work.applyAsLong(transaction);
            } catch (ConflictException e) {
                Thread.onSpinWait();
            }
        }
    }

    @Operation
    public long find(@Param(name = "id") int id) {
        return n(engine.find("t", (long) id));
    }

    @Operation
    public void write(@Param(name = "id") int id, @Param(name = "value") int value) {
        engine.write("t", WriteMode.UPSERT, row(id, value));
    }

    @Operation
    public boolean delete(@Param(name = "id") int id) {
        return engine.delete("t", (long) id);
    }

    /** Adds one to a row and returns what that makes. */
    @Operation
    public long increment(@Param(name = "id") int id) {
        return transact(Isolation.SNAPSHOT, transaction -> {
            long n = n(transaction.find("t", (long) id)) + 1;
            transaction.write("t", WriteMode.UPSERT, row(id, n));
            transaction.commit();
            return n;
        });
    }

    /** Makes a row one more than the other, which is read only: not even that may change before the commit. */
    @Operation
    public long exceed(@Param(name = "id") int id) {
        return transact(Isolation.SERIALIZABLE, transaction -> {
            long n = n(transaction.find("t", 1L - id)) + 1;
            transaction.write("t", WriteMode.UPSERT, row(id, n));
            transaction.commit();
            return n;
        });
    }

    /** Both rows at one moment. */
    @Operation
    public List<Long> findBoth() {
        try (BackendTransaction transaction = engine.begin(TransactionOptions.READ_ONLY)) {
            return List.of(n(transaction.find("t", 0L)), n(transaction.find("t", 1L)));
        }
    }

    /** What it is to be like. */
    public static class Model {
        final long[] rows = new long[2];

        public long find(int id) {
            return rows[id];
        }

        public void write(int id, int value) {
            rows[id] = value;
        }

        public boolean delete(int id) {
            boolean there = rows[id] > 0;
            rows[id] = 0;
            return there;
        }

        public long increment(int id) {
            return ++rows[id];
        }

        public long exceed(int id) {
            return rows[id] = rows[1 - id] + 1;
        }

        public List<Long> findBoth() {
            return List.of(rows[0], rows[1]);
        }
    }

    @Test
    void isARowOfRegisters() {
        Interleavings.random().sequentialSpecification(Model.class).check(EngineLincheckTest.class);
    }
}
