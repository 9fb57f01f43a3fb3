package io.taskmover.storage.benchmarks;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.RowMapper;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.mapping.Entity;
import io.taskmover.storage.metering.MeteredBackend;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Row;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What measuring costs, where an operation costs least: a store in memory, without the layer and with it. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 6, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 2, jvmArgsAppend = "-Xmx1g")
public class Metered {
    private static final int ROWS = 10_000;
    private static final long SCANNED = 1_000;

    /** With the layer or without it. */
    public enum Layer {
        BARE,
        COUNTED,
        TIMED
    }

    @Param
    public Layer layer;

    private StorageBackend store;
    private RowMapper<Job> mapper;
    private String table;
    private String[] ids;
    private Row[] rows;
    private Select scan;
    private final SplittableRandom random = new SplittableRandom(5);

    @Setup(Level.Trial)
    public void open() {
        StorageConfig config =
                StorageConfig.builder("memory:").latencies(layer == Layer.TIMED).build();
        StorageBackend bare = StorageBackend.open(config);
        store = layer == Layer.BARE ? bare : new MeteredBackend(bare, config);
        Entity<Job, String> entity = Entity.of(Job.class, String.class);
        table = entity.schema().name();
        mapper = entity.mapper();
        store.createTable(entity.schema());
        List<Job> jobs = Job.all(ROWS);
        ids = jobs.stream().map(Job::id).toArray(String[]::new);
        rows = jobs.stream().map(entity::toRow).toArray(Row[]::new);
        store.write(table, WriteMode.INSERT, List.of(rows));
        scan = Select.from(table).limit(SCANNED);
    }

    @TearDown(Level.Trial)
    public void close() {
        store.close();
    }

    @Benchmark
    public Optional<Job> find() {
        return store.find(table, ids[random.nextInt(ROWS)], mapper);
    }

    @Benchmark
    public List<Row> save() {
        return store.write(table, WriteMode.UPSERT, List.of(rows[random.nextInt(ROWS)]));
    }

    @Benchmark
    public void transaction() {
        try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
            transaction.write(table, WriteMode.UPSERT, List.of(rows[random.nextInt(ROWS)]));
            transaction.commit();
        }
    }

    @Benchmark
    public long scanOf1000() {
        long sum = 0;
        try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY);
                RowCursor cursor = transaction.select(scan)) {
            for (Row row = cursor.next(); row != null; row = cursor.next()) {
                sum += mapper.apply(row).priority();
            }
        }
        return sum;
    }
}
