package io.taskmover.storage.testkit.disk;

import io.taskmover.storage.testkit.disk.DiskFault.Call;
import io.taskmover.storage.testkit.disk.DiskFault.Failure;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A disk in memory that writes down all that is done to it, and fails where a test wants it to. Programs use it through
 * {@link #fileSystem}, which is like that of a POSIX system without symbolic links. {@link PowerCuts} tells what it would have
 * held after a power cut. Thread-safe.
 */
public final class ModelDisk {
    /** No two changes happen at the same time, and no time is a round number. */
    private static final long TICK_NANOS = 1_234_567;

    private final AtomicLong numbers;
    private final DiskImage start;
    private final Inode root;
    private final ModelFileSystem fileSystem = new ModelFileSystem(this);
    private final List<DiskOperation> log = new ArrayList<>();
    private final boolean recording;
    private volatile DiskFault fault = DiskFault.NONE;
    private long calls;
    private long time;
    private int open;

    private ModelDisk(DiskImage start, boolean recording) {
        this.start = start;
        this.recording = recording;
        this.numbers = new AtomicLong(start.nextNumber());
        this.root = Inode.of(start, numbers::getAndIncrement);
        this.time = root.newest();
    }

    /** A disk that holds, durably, what an image holds, and writes down what is done to it. */
    public static ModelDisk of(DiskImage image) {
        return new ModelDisk(image, true);
    }

    /** The same without {@link #log}: for a look at an image. */
    public static ModelDisk unrecorded(DiskImage image) {
        return new ModelDisk(image, false);
    }

    public FileSystem fileSystem() {
        return fileSystem;
    }

    /** A path on this disk. */
    public Path path(String first, String... more) {
        return fileSystem.getPath(first, more);
    }

    /** What the disk held at first. */
    public DiskImage start() {
        return start;
    }

    /** What programs see now: what the disk holds after the end of all programs, but not of the system. */
    public synchronized DiskImage image() {
        return new DiskImage((DiskImage.Directory) root.image());
    }

    /** All changes so far, in order. */
    public synchronized List<DiskOperation> log() {
        return List.copyOf(log);
    }

    /** The number of changes so far. */
    public synchronized int operations() {
        return log.size();
    }

    /** The number of calls so far, changes or not: what {@link DiskFault} counts. */
    public synchronized long calls() {
        return calls;
    }

    /** The number of channels and directory streams that are open. */
    public synchronized int openHandles() {
        return open;
    }

    /** Lets calls fail from now on. */
    public void setFault(DiskFault fault) {
        this.fault = fault;
    }

    // for the file system; all under this disk's monitor

    /** Counts a call and lets it fail if it is its turn. */
    @Nullable
    Failure failure(Call call, String path) {
        Failure failure = fault.on(calls++, call, path);
        return failure == Failure.SHORT_WRITE && call != Call.WRITE ? Failure.INPUT_OUTPUT : failure;
    }

    /** @throws FileSystemException if it is the call's turn to fail */
    void call(Call call, Path path) throws FileSystemException {
        Failure failure = failure(call, path.toString());
        if (failure != null) {
            throw new FileSystemException(path.toString(), null, reason(failure));
        }
    }

    static String reason(Failure failure) {
        return failure == Failure.NO_SPACE ? "No space left on device" : "Input/output error";
    }

    void opened() {
        open++;
    }

    void closed() {
        open--;
    }

    private void record(DiskOperation operation) {
        if (recording) {
            log.add(operation);
        }
    }

    private long tick() {
        time += TICK_NANOS;
        return time;
    }

    @Nullable
    Inode find(Path path) throws FileSystemException {
        Inode inode = root;
        for (String name : ((ModelPath) path).fromRoot()) {
            if (!inode.isDirectory) {
                throw new FileSystemException(path.toString(), null, "Not a directory");
            }
            inode = inode.entries.get(name);
            if (inode == null) {
                return null;
            }
        }
        return inode;
    }

    Inode require(Path path) throws FileSystemException {
        Inode inode = find(path);
        if (inode == null) {
            throw new NoSuchFileException(path.toString());
        }
        return inode;
    }

    private Inode parent(Path path) throws IOException {
        Path parent = path.toAbsolutePath().normalize().getParent();
        if (parent == null) {
            throw new FileAlreadyExistsException(path.toString());
        }
        Inode inode = require(parent);
        if (!inode.isDirectory) {
            throw new FileSystemException(path.toString(), null, "Not a directory");
        }
        return inode;
    }

    private static String name(Path path) {
        return String.valueOf(path.toAbsolutePath().normalize().getFileName());
    }

    Inode create(Path path, boolean isDirectory, Set<PosixFilePermission> permissions) throws IOException {
        Inode directory = parent(path);
        String name = name(path);
        if (directory.entries.containsKey(name)) {
            throw new FileAlreadyExistsException(path.toString());
        }
        Inode inode = new Inode(numbers.getAndIncrement(), isDirectory, tick(), permissions);
        directory.entries.put(name, inode);
        record(new DiskOperation.Create(directory.number, name, inode.number, isDirectory, time));
        return inode;
    }

    void write(Inode file, long offset, byte[] bytes) {
        file.content = file.content.write(offset, bytes, 0, bytes.length);
        file.modified = tick();
        record(new DiskOperation.Write(file.number, offset, bytes, time));
    }

    void resize(Inode file, long size) {
        file.content = file.content.resize(size);
        file.modified = tick();
        record(new DiskOperation.Resize(file.number, size, time));
    }

    void force(Inode inode, boolean metadata) {
        record(
                inode.isDirectory
                        ? new DiskOperation.ForceDirectory(inode.number)
                        : new DiskOperation.Force(inode.number, metadata));
    }

    void forceFailed(Inode inode) {
        record(new DiskOperation.ForceFailed(inode.number));
    }

    void delete(Path path) throws IOException {
        Inode directory = parent(path);
        Inode inode = require(path);
        if (!inode.entries.isEmpty()) {
            throw new DirectoryNotEmptyException(path.toString());
        }
        directory.entries.remove(name(path));
        record(new DiskOperation.Remove(directory.number, name(path)));
    }

    void rename(Path source, Path target, boolean replace) throws IOException {
        Inode from = parent(source);
        Inode to = parent(target);
        Inode inode = require(source);
        Inode replaced = find(target);
        if (replaced != null && !replace) {
            throw new FileAlreadyExistsException(target.toString());
        }
        if (inode == replaced) {
            return;
        }
        if (replaced != null && inode.isDirectory != replaced.isDirectory) {
            throw new FileSystemException(
                    source.toString(), target.toString(), inode.isDirectory ? "Not a directory" : "Is a directory");
        }
        if (replaced != null && !replaced.entries.isEmpty()) {
            throw new FileSystemException(source.toString(), target.toString(), "Directory not empty");
        }
        if (inode.isDirectory && inode.contains(to)) {
            throw new FileSystemException(source.toString(), target.toString(), "Invalid argument");
        }
        to.entries.put(name(target), inode);
        from.entries.remove(name(source));
        record(new DiskOperation.Rename(from.number, name(source), to.number, name(target)));
    }

    void link(Path link, Path existing) throws IOException {
        Inode file = require(existing);
        Inode directory = parent(link);
        String name = name(link);
        if (directory.entries.containsKey(name)) {
            throw new FileAlreadyExistsException(link.toString());
        }
        if (file.isDirectory) {
            throw new FileSystemException(link.toString(), existing.toString(), "Operation not permitted");
        }
        directory.entries.put(name, file);
        record(new DiskOperation.Link(directory.number, name, file.number));
    }

    void setTime(Inode inode, long modified) {
        inode.modified = modified;
        record(new DiskOperation.SetTime(inode.number, modified));
    }

    List<String> list(Path path) throws FileSystemException {
        Inode inode;
        try {
            inode = require(path);
        } catch (NoSuchFileException e) {
            throw e;
        } catch (FileSystemException e) {
            throw new NotDirectoryException(path.toString());
        }
        if (!inode.isDirectory) {
            throw new NotDirectoryException(path.toString());
        }
        return List.copyOf(inode.entries.keySet());
    }
}
