package io.taskmover.storage.testkit.disk;

import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
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

    /** The directory of an image, with all that is in it; numbers go by the order of the names. */
    static Inode of(DiskImage.Directory directory, LongSupplier numbers) {
        Inode inode = new Inode(numbers.getAsLong(), true, 0, ModelAttributes.DIRECTORY);
        directory.entries().forEach((name, node) -> {
            if (node instanceof DiskImage.Directory inner) {
                inode.entries.put(name, of(inner, numbers));
            } else if (node instanceof DiskImage.File file) {
                Inode leaf = new Inode(numbers.getAsLong(), false, file.modified(), ModelAttributes.FILE);
                leaf.content = file.content();
                inode.entries.put(name, leaf);
            }
        });
        return inode;
    }

    DiskImage.Node image() {
        if (!isDirectory) {
            return new DiskImage.File(content, modified);
        }
        TreeMap<String, DiskImage.Node> nodes = new TreeMap<>();
        entries.forEach((name, inode) -> nodes.put(name, inode.image()));
        return new DiskImage.Directory(nodes);
    }

    long newest() {
        return entries.values().stream().mapToLong(Inode::newest).reduce(modified, Math::max);
    }
}
