package io.taskmover.storage.benchmarks;

import java.nio.file.Path;
import java.util.List;
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

/** The small operations, by JMH: each contender in a process of its own. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.Throughput)
@OutputTimeUnit(TimeUnit.SECONDS)
@Warmup(iterations = 4, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Measurement(iterations = 6, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@Fork(value = 1, jvmArgsAppend = Small.HEAP)
public class Small {
    static final String HEAP = "-Xmx3g";

    @Param({"MEMORY"})
    public Contenders contender;

    @Param({"10000"})
    public int rows;

    private Contender store;
    private Path directory;
    private String[] ids;
    private String[] owners;
    private Job[] changed;
    private final SplittableRandom random = new SplittableRandom(5);

    @Setup(Level.Trial)
    public void open() throws Exception {
        directory = Disk.newDirectory();
        store = contender.create();
        store.open(directory);
        List<Job> jobs = Job.all(rows);
        for (int i = 0; i < rows; i += 1_000) {
            store.load(jobs.subList(i, Math.min(rows, i + 1_000)));
        }
        ids = new String[rows];
        changed = new Job[rows];
        for (int i = 0; i < rows; i++) {
            ids[i] = Job.idOf(i);
            changed[i] = jobs.get(i).withPriority(random.nextInt(10));
        }
        owners = new String[Job.owners(rows)];
        for (int i = 0; i < owners.length; i++) {
            owners[i] = Job.ownerOf(i);
        }
    }

    @TearDown(Level.Trial)
    public void close() throws Exception {
        store.close();
        Disk.delete(directory);
    }

    @Benchmark
    public Job findById() throws Exception {
        return store.find(ids[random.nextInt(ids.length)]);
    }

    @Benchmark
    public List<Job> indexedQuery() throws Exception {
        return store.byOwner(owners[random.nextInt(owners.length)]);
    }

    @Benchmark
    public void save() throws Exception {
        store.save(changed[random.nextInt(changed.length)]);
    }
}
