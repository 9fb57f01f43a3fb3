package io.taskmover.storage.fileops;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The files as they will be when a transaction's operations are carried out: what is on the disk now, and over it what
 * was asked for. Where an operation is, only those before it count.
 */
final class PlannedTree {
    private final RootFolder root;
    private final List<Operation> operations = new ArrayList<>();
    /** Paths that operations take from or put to; whatever is not below one of them is as on the disk. */
    private final PathTree<Boolean> concerned = new PathTree<>();

    PlannedTree(RootFolder root) {
        this.root = root;
    }

    /**
     * What is at a path.
     *
     * @param now where it is on the disk now, relative; null if it is to be made
     * @param copied whether that is what it will be a copy of
     */
    record Found(@Nullable Path now, FileIdentity identity, boolean copied) {
        boolean isDirectory() {
            return identity.kind() == FileIdentity.Kind.DIRECTORY;
        }
    }

    List<Operation> operations() {
        return operations;
    }

    void add(Operation operation) {
        operations.add(operation);
        concerned.put(operation.to(), true);
        if (operation.from() != null) {
            concerned.put(operation.from(), true);
        }
    }

    /** What is at a path after all operations; null if nothing is. */
    @Nullable
    Found find(Path path) throws IOException {
        return find(path, operations.size());
    }

    /** What is at a path after the first operations, the way to which is known to be plain; null if nothing is. */
    @Nullable
    Found find(Path path, int first) throws IOException {
        Path now = path;
        boolean copied = false;
        for (int i = concerned.above(path).isEmpty() ? -1 : first - 1; i >= 0; i--) {
            Operation operation = operations.get(i);
            Path from = operation.from();
            if (from == null) {
                if (now.equals(operation.to())) {
                    return new Found(null, FileIdentity.DIRECTORY, copied);
                }
            } else if (now.startsWith(operation.to())) {
                now = moved(now, operation.to(), from);
                copied |= operation.copies();
            } else if (operation.takesAway() && now.startsWith(from)) {
                return null;
            }
        }
        FileIdentity identity = FileIdentity.of(root.onDisk(now));
        return identity == null ? null : new Found(now, identity, copied);
    }

    private static Path moved(Path path, Path from, Path to) {
        return path.equals(from) ? to : to.resolve(from.relativize(path));
    }

    /** The names in a directory after the first operations, sorted. */
    List<Path> list(Path directory, int first) throws IOException {
        Set<String> names = new TreeSet<>();
        Path now = directory;
        for (int i = first - 1; i >= 0 && now != null; i--) {
            Operation operation = operations.get(i);
            Path from = operation.from();
            if (root.parent(operation.to()).equals(now)) {
                names.add(RootFolder.name(operation.to()).toString());
            }
            if (from == null) {
                now = now.equals(operation.to()) ? null : now;
            } else if (now.startsWith(operation.to())) {
                now = moved(now, operation.to(), from);
            } else if (operation.takesAway() && now.startsWith(from)) {
                now = null;
            }
        }
        if (now != null) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(root.onDisk(now))) {
                entries.forEach(entry -> names.add(RootFolder.name(entry).toString()));
            }
        }
        List<Path> found = new ArrayList<>();
        for (String name : names) {
            Path path = directory.resolve(name);
            if (find(path, first) != null) {
                found.add(path);
            }
        }
        return found;
    }

    /**
     * Refuses to go through anything but directories on the way to a path.
     *
     * @throws io.taskmover.storage.error.StorageIoException if a link, or something else, is in the way, or nothing
     */
    void requirePlainWay(Path path) throws IOException {
        Path way = root.path().getFileSystem().getPath("");
        for (Iterator<Path> names = path.iterator(); names.hasNext(); ) {
            Path name = names.next();
            if (names.hasNext()) {
                way = way.resolve(name);
                Found found = find(way);
                RootFolder.requireDirectory(root.onDisk(way), found == null ? null : found.identity());
            }
        }
    }

    /** A directory on the disk in the file store that something at a path is in, or will be. */
    Path inStoreOf(Path path) throws IOException {
        for (Path way = path; !way.toString().isEmpty(); way = root.parent(way)) {
            Found found = find(way);
            if (found != null && found.isDirectory() && found.now() != null && !found.copied()) {
                return root.onDisk(found.now());
            }
        }
        return root.path();
    }
}
