package io.taskmover.storage.benchmarks.peer;

import io.taskmover.storage.benchmarks.Contender;
import io.taskmover.storage.benchmarks.Job;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * One file an entity by Jackson, written with care: temp file, fsync, rename, fsync of the directory. There is no
 * index: a query reads every file.
 *
 * <p>It may load all at once instead: eight threads write the temp files, and when it is closed, eight threads fsync
 * and rename them. Nothing of such a load is durable before that.
 */
public final class JacksonFiles implements Contender {
    private static final int THREADS = 8;

    private final JsonMapper mapper = JsonMapper.builder().build();
    private final boolean atOnce;
    private final List<Job> unforced = new ArrayList<>();
    private Path directory;

    /** @param atOnce whether what is loaded is made durable on close only */
    public JacksonFiles(boolean atOnce) {
        this.atOnce = atOnce;
    }

    @Override
    public String name() {
        return atOnce ? "Jackson, one file each, at once" : "Jackson, one file each";
    }

    @Override
    public void open(Path root) throws IOException {
        directory = Files.createDirectories(root.resolve("jobs"));
    }

    @Override
    public void load(List<Job> jobs) throws IOException {
        if (atOnce) {
            onThreads(jobs, job -> write(temp(job), job, false));
            unforced.addAll(jobs);
        } else {
            for (Job job : jobs) {
                replace(job);
            }
            sync(directory);
        }
    }

    @Override
    public void save(Job job) throws IOException {
        replace(job);
        sync(directory);
    }

    private void replace(Job job) throws IOException {
        Path temp = directory.resolve(job.id() + "." + Thread.currentThread().getId() + ".tmp");
        write(temp, job, true);
        rename(temp, job);
    }

    private Path temp(Job job) {
        return directory.resolve(job.id() + ".tmp");
    }

    private void write(Path temp, Job job, boolean force) throws IOException {
        try (FileChannel channel = FileChannel.open(
                temp, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(mapper.writeValueAsBytes(job));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            if (force) {
                channel.force(true);
            }
        }
    }

    private void rename(Path temp, Job job) throws IOException {
        Files.move(temp, directory.resolve(job.id() + ".json"), StandardCopyOption.ATOMIC_MOVE);
    }

    private static void sync(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    @Override
    public Job find(String id) {
        return mapper.readValue(directory.resolve(id + ".json").toFile(), Job.class);
    }

    @Override
    public List<Job> byOwner(String owner) throws IOException {
        return all().stream().filter(job -> job.owner().equals(owner)).toList();
    }

    @Override
    public List<Job> scan(int priority) throws IOException {
        return all().stream()
                .filter(job -> job.priority() >= priority && !job.archived())
                .toList();
    }

    private List<Job> all() throws IOException {
        List<Job> jobs = new ArrayList<>();
        try (Stream<Path> files = Files.list(directory)) {
            files.forEach(file -> jobs.add(mapper.readValue(file.toFile(), Job.class)));
        }
        return jobs;
    }

    /** Done to one job of many. */
    private interface Step {
        void run(Job job) throws IOException;
    }

    private static void onThreads(List<Job> jobs, Step step) throws IOException {
        ExecutorService pool = Executors.newFixedThreadPool(THREADS);
        try {
            List<Future<?>> parts = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int first = i;
                parts.add(pool.submit(() -> {
                    for (int j = first; j < jobs.size(); j += THREADS) {
                        step.run(jobs.get(j));
                    }
                    return null;
                }));
            }
            for (Future<?> part : parts) {
                part.get();
            }
        } catch (ExecutionException | InterruptedException e) {
            throw new IOException(e);
        } finally {
            pool.shutdown();
        }
    }

    @Override
    public void close() throws IOException {
        if (!unforced.isEmpty()) {
            onThreads(unforced, job -> {
                sync(temp(job));
                rename(temp(job), job);
            });
            sync(directory);
            unforced.clear();
        }
    }
}
