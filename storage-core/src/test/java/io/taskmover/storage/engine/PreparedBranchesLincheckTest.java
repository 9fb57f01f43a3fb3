package io.taskmover.storage.engine;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.PreparedTransaction;
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
import java.util.concurrent.atomic.AtomicLong;
import org.jetbrains.lincheck.datastructures.IntGen;
import org.jetbrains.lincheck.datastructures.Operation;
import org.jetbrains.lincheck.datastructures.Param;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * A branch of a transaction over several stores happens at one moment, though it is prepared at another: nobody sees what
 * is prepared before it is committed, or at all if it is rolled back, and nobody writes to the row between.
 */
@Param(name = "value", gen = IntGen.class, conf = "1:9")
@Tag("lincheck")
public class PreparedBranchesLincheckTest {
    private static final TableSchema SCHEMA = TableSchema.builder("t")
            .column("id", DataType.INTEGER)
            .column("n", DataType.INTEGER)
            .primaryKey("id")
            .build();
    private static final long ID = 1;

    private final Engine engine =
            new Engine(CommitLog.NONE, Clock.fixed(Instant.EPOCH, ZoneOffset.UTC), Duration.ofMinutes(5), false);
    private final AtomicLong lastGlobalId = new AtomicLong();

    public PreparedBranchesLincheckTest() {
        try (BackendTransaction transaction = engine.begin(TransactionOptions.DEFAULT)) {
            transaction.catalog().create(SCHEMA);
            transaction.commit();
        }
        engine.write("t", WriteMode.UPSERT, row(0));
    }

    private static List<Row> row(long n) {
        return List.of(Row.of(SCHEMA.rowType(), ID, n));
    }

    private static long n(Row row) {
        Object n = row.get("n");
        return n instanceof Long number ? number : -1;
    }

    private static long find(BackendTransaction transaction) {
        return n(transaction.find("t", ID).orElseThrow());
    }

    /** Prepares to add something to the row, and decides. Returns what is there then. */
    private long prepareToAdd(long more, boolean commit) {
        while (true) {
            PreparedTransaction global = new PreparedTransaction(
                    "global " + lastGlobalId.incrementAndGet(), "memory:decider", Instant.EPOCH);
            try (BackendTransaction transaction = engine.begin(TransactionOptions.DEFAULT.asBranchOf(global))) {
                long n = find(transaction);
                transaction.write("t", WriteMode.UPSERT, row(n + more));
                transaction.prepare(global);
                if (commit) {
                    transaction.commit();
                    return n + more;
                }
                long seen = find();
                transaction.rollback();
                return seen == n ? n : -1;
            } catch (ConflictException e) {
                Thread.onSpinWait(); // somebody else was quicker
            }
        }
    }

    @Operation
    public long prepareAndCommit(@Param(name = "value") int more) {
        return prepareToAdd(more, true);
    }

    @Operation
    public long prepareAndRollBack(@Param(name = "value") int more) {
        return prepareToAdd(more, false);
    }

    @Operation
    public void write(@Param(name = "value") int value) {
        engine.write("t", WriteMode.UPSERT, row(value));
    }

    @Operation
    public long find() {
        return n(engine.find("t", ID).orElseThrow());
    }

    /** A transaction of this store alone. */
    @Operation
    public long add(@Param(name = "value") int more) {
        while (true) {
            try (BackendTransaction transaction = engine.begin(TransactionOptions.DEFAULT)) {
                long n = find(transaction) + more;
                transaction.write("t", WriteMode.UPSERT, row(n));
                transaction.commit();
                return n;
            } catch (ConflictException e) {
                Thread.onSpinWait();
            }
        }
    }

    /** What it is to be like. */
    public static final class Model {
        private long n;

        public long prepareAndCommit(int more) {
            return n += more;
        }

        public long prepareAndRollBack(int more) {
            return n;
        }

        public void write(int value) {
            n = value;
        }

        public long find() {
            return n;
        }

        public long add(int more) {
            return n += more;
        }
    }

    @Test
    void happenAtOneMoment() {
        Interleavings.random().sequentialSpecification(Model.class).check(PreparedBranchesLincheckTest.class);
    }
}
