package io.taskmover.storage.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** A real disk that writes down what it is asked to do, and fails or waits where a test wants it to. */
class CountingDisk implements Disk {
    private final Disk real = new RealDisk();
    final AtomicInteger journalForces = new AtomicInteger();
    final List<String> operations = new CopyOnWriteArrayList<>();

    /** Is called before each operation; may throw. */
    interface Hook {
        void before(String operation, Path path) throws IOException;
    }

    volatile Hook hook = (operation, path) -> {};

    private void note(String operation, Path path) throws IOException {
        hook.before(operation, path);
        operations.add(operation + " " + path.getFileName());
    }

    @Override
    public void createDirectories(Path directory) throws IOException {
        real.createDirectories(directory);
    }

    @Override
    public void createDirectory(Path directory) throws IOException {
        real.createDirectory(directory);
    }

    @Override
    public FileChannel create(Path file) throws IOException {
        note("create", file);
        return real.create(file);
    }

    @Override
    public FileChannel open(Path file) throws IOException {
        note("open", file);
        return real.open(file);
    }

    @Override
    public void truncate(FileChannel channel, long size) throws IOException {
        hook.before("truncate", Path.of(""));
        real.truncate(channel, size);
    }

    @Override
    public void write(FileChannel channel, ByteBuffer bytes) throws IOException {
        hook.before("write", Path.of(""));
        real.write(channel, bytes);
    }

    @Override
    public void force(Path file, FileChannel channel) throws IOException {
        note("force", file);
        if (file.toString().endsWith(".journal")) {
            journalForces.incrementAndGet();
        }
        real.force(file, channel);
    }

    @Override
    public void forceDirectory(Path directory) throws IOException {
        note("forceDirectory", directory);
        real.forceDirectory(directory);
    }

    @Override
    public void move(Path from, Path to) throws IOException {
        note("move", to);
        real.move(from, to);
    }

    @Override
    public void delete(Path path) throws IOException {
        note("delete", path);
        real.delete(path);
    }
}
