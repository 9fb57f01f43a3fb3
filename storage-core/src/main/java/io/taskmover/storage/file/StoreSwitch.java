package io.taskmover.storage.file;

import io.taskmover.storage.error.LockedException;
import io.taskmover.storage.error.StorageIoException;
import io.taskmover.storage.error.UnsupportedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * Puts the content of another store, which lies whole and closed in {@link StorePaths#replacement}, in the place of a
 * store's own. A file decides, {@link StorePaths#switching}: once it is durable the other content counts, and whoever opens
 * the store for writing does what is left to do before anything else. Each step can be done again, to the same end, after
 * it was cut off: a table's directory that is still with the other store has not been moved yet.
 *
 * <p>The file has a line for its kind and version, one for each directory of a table, {@code -} before those that the
 * store has and {@code +} before those that come, and a last one with the CRC32C of all before.
 */
final class StoreSwitch {
    private static final String HEADER = "TaskMover Storage switch 1";
    private static final String KIND = "TaskMover Storage switch ";

    private final Disk disk;
    private final StorePaths paths;
    private final StorePaths other;

    StoreSwitch(Disk disk, StorePaths paths) {
        this.disk = disk;
        this.paths = paths;
        this.other = new StorePaths(paths.replacement());
    }

    /** Refuses a store in the middle of a switch to those who only read it. */
    static void refuse(StorePaths paths) throws IOException {
        if (Links.isFile(paths.switching())) {
            throw new LockedException(
                    "What the store " + paths.root() + " holds is being replaced; retry later. If nobody"
                            + " is at it any more, open the store for writing once, which ends that");
        }
    }

    /**
     * Removes what a replacement has left that ended in the middle.
     *
     * @throws LockedException if somebody is at it
     */
    void clearRest(Instant now) throws IOException {
        if (Links.isDirectory(other.internals())) {
            StoreLock.acquire(other.root(), other.lock(), now).close();
        }
        clear(); // also what is only a part of it: a table that is left would count as one of the next
    }

    /** Removes what a replacement that was not committed has left. */
    void clear() throws IOException {
        deleteTree(other.root());
    }

    /**
     * Decides for the other content; {@link #finish} does the rest. By who holds the store's lock, while it is not open.
     *
     * @throws LockedException if somebody reads the store; nothing is decided then
     * @throws StorageIoException if something that is no table has the name of one that comes
     */
    void decide(RegisteredReaders readers) throws IOException {
        requireWhole();
        List<String> former = tables(paths.root());
        List<String> coming = tables(other.root());
        for (String name : coming) {
            Path place = paths.root().resolve(name);
            if (!former.contains(name) && Files.exists(place)) {
                throw new StorageIoException(
                        place
                                + " is no table's directory, and one of the tables that come has to be there; move it away",
                        place,
                        false,
                        null);
            }
        }
        new AtomicFile(disk, paths).write(paths.switching(), ByteBuffer.wrap(format(former, coming)));
        // those who begin to read from here on find it
        if (readers.areThere()) {
            disk.delete(paths.switching());
            AtomicFile.forceDirectory(disk, paths.internals());
            throw new LockedException("The store " + paths.root()
                    + " is being read by somebody else, with mode=ro; what it holds is replaced when nobody does");
        }
        AtomicFile.forceDirectory(disk, paths.internals());
    }

    /** A store that could not write all of its files when it was closed has the rest in its journal, and no one would read that. */
    private void requireWhole() throws IOException {
        if (!Links.isFile(other.manifest())
                || !new JournalReader(other.journal()).segments().isEmpty()) {
            throw new StorageIoException(
                    "Not all of what is to come could be written to " + other.root()
                            + "; the log says why. What the store holds stays as it is",
                    other.root(),
                    false,
                    null);
        }
    }

    /** Does what is left of a switch that was decided; nothing if none was. */
    void finish() throws IOException {
        if (!Links.isFile(paths.switching())) {
            return;
        }
        List<String> former = new ArrayList<>();
        List<String> coming = new ArrayList<>();
        parse(Links.read(paths.switching()), former, coming);
        // it may have been found by one who crashed before it was forced
        AtomicFile.forceDirectory(disk, paths.internals());
        for (String name : former) {
            if (!coming.contains(name) || isLoaded(name)) {
                deleteTree(paths.root().resolve(name));
            }
        }
        for (String name : coming) {
            if (isLoaded(name)) {
                disk.move(other.root().resolve(name), paths.root().resolve(name));
            }
        }
        AtomicFile.forceDirectory(disk, paths.root());
        // as long as this is not over, no commit follows the other manifest: what is in the journal is from before
        deleteTree(paths.journal());
        if (Links.isFile(other.manifest())) {
            disk.move(other.manifest(), paths.manifest());
        }
        AtomicFile.forceDirectory(disk, paths.internals());
        disk.delete(paths.switching());
        AtomicFile.forceDirectory(disk, paths.internals());
        clear();
    }

    private boolean isLoaded(String name) throws IOException {
        return Links.isDirectory(other.root().resolve(name));
    }

    private static List<String> tables(Path root) throws IOException {
        List<String> names = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(root)) {
            for (Path entry : entries) {
                if (StoreDirectories.isTable(entry)) {
                    Links.refuse(entry);
                    names.add(entry.getFileName().toString());
                }
            }
        }
        Collections.sort(names);
        return names;
    }

    private static byte[] format(List<String> former, List<String> coming) {
        StringBuilder text = new StringBuilder(HEADER).append('\n');
        former.forEach(name -> text.append('-').append(name).append('\n'));
        coming.forEach(name -> text.append('+').append(name).append('\n'));
        text.append(sum(text.toString())).append('\n');
        return text.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String sum(String text) {
        CRC32C sum = new CRC32C();
        sum.update(text.getBytes(StandardCharsets.UTF_8));
        return Long.toHexString(sum.getValue());
    }

    private void parse(byte[] bytes, List<String> former, List<String> coming) {
        String text = new String(bytes, StandardCharsets.UTF_8);
        int last = text.lastIndexOf('\n', text.length() - 2) + 1;
        if (!text.endsWith("\n") || !sum(text.substring(0, last)).equals(text.substring(last, text.length() - 1))) {
            throw Failures.corrupt(
                    paths.switching(), "its checksum differs; it says what is to come in the place of what", null);
        }
        List<String> lines = text.substring(0, last).lines().toList();
        if (!lines.get(0).equals(HEADER)) {
            throw lines.get(0).startsWith(KIND)
                    ? new UnsupportedException(
                            paths.switching() + " was written by a later version of this library; use that")
                    : Failures.corrupt(paths.switching(), "it is not what a replacement writes", null);
        }
        for (String line : lines.subList(1, lines.size())) {
            (line.startsWith("-") ? former : coming).add(line.substring(1));
        }
    }

    private void deleteTree(Path top) throws IOException {
        if (!Links.isDirectory(top)) {
            return;
        }
        Files.walkFileTree(top, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                disk.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                if (failure != null) {
                    throw failure;
                }
                disk.delete(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
