package io.taskmover.storage.testkit.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a disk holds at one moment: a tree of directories and files. Immutable. */
public final class DiskImage {
    /** The number of a file or directory that the disk is still to give one. */
    static final long UNNUMBERED = -1;
    /** The number of the topmost directory. */
    static final long ROOT = 0;

    /** The disk without anything. */
    public static final DiskImage EMPTY = new DiskImage(new Directory(Map.of(), ROOT));

    private final Directory root;
    private final long fingerprint;

    DiskImage(Directory root) {
        this.root = root;
        this.fingerprint = fingerprint(root);
    }

    /** What a name leads to. */
    sealed interface Node {}

    /**
     * @param entries sorted by name
     * @param number what a disk that holds the image knows it by, or {@link #UNNUMBERED}
     */
    record Directory(Map<String, Node> entries, long number) implements Node {}

    /**
     * @param modified in nanoseconds of the disk's clock
     * @param number as that of a directory; names with the same lead to one file
     */
    record File(FileContent content, long modified, long number) implements Node {}

    /** The first number that is not in use. */
    long nextNumber() {
        return highest(root) + 1;
    }

    private static long highest(Directory directory) {
        long highest = directory.number;
        for (Node node : directory.entries.values()) {
            highest = Math.max(highest, node instanceof File file ? file.number : highest((Directory) node));
        }
        return highest;
    }

    Directory root() {
        return root;
    }

    /** Differs for images with different names or bytes, as far as 64 bits can; times do not count. */
    public long fingerprint() {
        return fingerprint;
    }

    private static long fingerprint(Directory directory) {
        long mixed = directory.entries.size();
        for (Map.Entry<String, Node> entry : directory.entries.entrySet()) {
            Node node = entry.getValue();
            long inside = node instanceof File file ? file.content.fingerprint() : fingerprint((Directory) node);
            mixed = FileContent.mix(FileContent.mix(mixed + entry.getKey().hashCode()) + inside);
        }
        return mixed;
    }

    /** The paths of all files, absolute, sorted. */
    public List<String> files() {
        List<String> files = new ArrayList<>();
        collect("", root, files);
        return files;
    }

    private static void collect(String path, Directory directory, List<String> files) {
        directory.entries.forEach((name, node) -> {
            if (node instanceof Directory inner) {
                collect(path + "/" + name, inner, files);
            } else {
                files.add(path + "/" + name);
            }
        });
    }

    /**
     * The content of a file.
     *
     * @throws NoSuchFileException if there is none
     */
    public FileContent content(String path) throws NoSuchFileException {
        Node node = root;
        for (String name : names(path)) {
            node = node instanceof Directory directory ? directory.entries.get(name) : null;
        }
        if (node instanceof File file) {
            return file.content;
        }
        throw new NoSuchFileException(path);
    }

    /** The bytes of a file that is one of {@link #files}. */
    public byte[] bytes(String path) {
        try {
            return content(path).bytes();
        } catch (NoSuchFileException e) {
            throw new IllegalArgumentException(e);
        }
    }

    /** This image with a file that holds something else, in a directory that exists; its time is what it was. */
    public DiskImage with(String path, FileContent content) {
        return new DiskImage(replace(root, names(path), 0, content));
    }

    /** This image without a file. */
    public DiskImage without(String path) {
        return new DiskImage(replace(root, names(path), 0, null));
    }

    private static Directory replace(
            Directory directory, List<String> names, int depth, @Nullable FileContent content) {
        Map<String, Node> entries = new TreeMap<>(directory.entries);
        String name = names.get(depth);
        Node former = entries.get(name);
        if (depth < names.size() - 1) {
            if (!(former instanceof Directory inner)) {
                throw new IllegalArgumentException("There is no directory " + names.subList(0, depth + 1));
            }
            entries.put(name, replace(inner, names, depth + 1, content));
        } else if (content == null) {
            entries.remove(name);
        } else {
            File file = former instanceof File there ? there : new File(content, 0, UNNUMBERED);
            entries.put(name, new File(content, file.modified, file.number));
        }
        return new Directory(Collections.unmodifiableMap(entries), directory.number);
    }

    private static List<String> names(String path) {
        return List.of(path.substring(1).split("/"));
    }

    /** Writes everything into a directory of another file system, to be looked at. */
    public void copyTo(java.nio.file.Path target) throws IOException {
        copy(root, target);
    }

    private static void copy(Directory directory, java.nio.file.Path target) throws IOException {
        Files.createDirectories(target);
        for (Map.Entry<String, Node> entry : directory.entries.entrySet()) {
            java.nio.file.Path path = target.resolve(entry.getKey());
            if (entry.getValue() instanceof File file) {
                Files.write(path, file.content.bytes());
            } else {
                copy((Directory) entry.getValue(), path);
            }
        }
    }
}
