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
import java.util.stream.Stream;
import tools.jackson.databind.json.JsonMapper;

/**
 * One file an entity by Jackson, written with care: temp file, fsync, rename, fsync of the directory. There is no
 * index: a query reads every file.
 */
public final class JacksonFiles implements Contender {
    private final JsonMapper mapper = JsonMapper.builder().build();
    private Path directory;

    @Override
    public String name() {
        return "Jackson, one file each";
    }

    @Override
    public void open(Path root) throws IOException {
        directory = Files.createDirectories(root.resolve("jobs"));
    }

    @Override
    public void load(List<Job> jobs) throws IOException {
        for (Job job : jobs) {
            write(job);
        }
        syncDirectory();
    }

    @Override
    public void save(Job job) throws IOException {
        write(job);
        syncDirectory();
    }

    private void write(Job job) throws IOException {
        Path temp = directory.resolve(job.id() + "." + Thread.currentThread().getId() + ".tmp");
        try (FileChannel channel = FileChannel.open(
                temp, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE)) {
            ByteBuffer bytes = ByteBuffer.wrap(mapper.writeValueAsBytes(job));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(temp, directory.resolve(job.id() + ".json"), StandardCopyOption.ATOMIC_MOVE);
    }

    private void syncDirectory() throws IOException {
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
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

    @Override
    public void close() {}
}
