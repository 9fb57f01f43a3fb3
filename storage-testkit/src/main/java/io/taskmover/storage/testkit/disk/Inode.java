package io.taskmover.storage.testkit.disk;

import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.LongSupplier;

/** A file or directory of a {@link ModelDisk} as programs see it. Guarded by the disk. */
final class Inode {
    final long number;
    final boolean isDirectory;
    final NavigableMap<String, Inode> entries = new TreeMap<>();
    final List<ModelLock> locks = new ArrayList<>();
    FileContent content = FileContent.EMPTY;
    long modified;
    Set<PosixFilePermission> permissions;

    Inode(long number, boolean isDirectory, long modified, Set<PosixFilePermission> permissions) {
        this.number = number;
        this.isDirectory = isDirectory;
        this.modified = modified;
        this.permissions = permissions;
    }

    /** What an image holds; what has no number yet gets one from {@code numbers}, in the order of the names. */
    static Inode of(DiskImage image, LongSupplier numbers) {
        return of(image.root(), numbers, new HashMap<>());
    }

    private static Inode of(DiskImage.Directory directory, LongSupplier numbers, Map<Long, Inode> files) {
        Inode inode = new Inode(number(directory.number(), numbers), true, 0, ModelAttributes.DIRECTORY);
        directory.entries().forEach((name, node) -> {
            if (node instanceof DiskImage.Directory inner) {
                inode.entries.put(name, of(inner, numbers, files));
            } else if (node instanceof DiskImage.File file) {
                inode.entries.put(
                        name, files.computeIfAbsent(number(file.number(), numbers), number -> of(file, number)));
            }
        });
        return inode;
    }

    private static Inode of(DiskImage.File file, long number) {
        Inode leaf = new Inode(number, false, file.modified(), ModelAttributes.FILE);
        leaf.content = file.content();
        return leaf;
    }

    private static long number(long known, LongSupplier numbers) {
        return known == DiskImage.UNNUMBERED ? numbers.getAsLong() : known;
    }

    DiskImage.Node image() {
        if (!isDirectory) {
            return new DiskImage.File(content, modified, number);
        }
        TreeMap<String, DiskImage.Node> nodes = new TreeMap<>();
        entries.forEach((name, inode) -> nodes.put(name, inode.image()));
        return new DiskImage.Directory(nodes, number);
    }

    /** Whether it is another one or a directory that that is in. */
    boolean contains(Inode other) {
        return this == other || entries.values().stream().anyMatch(entry -> entry.contains(other));
    }

    long newest() {
        return entries.values().stream().mapToLong(Inode::newest).reduce(modified, Math::max);
    }
}
