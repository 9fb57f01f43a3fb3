package io.taskmover.storage.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Copies of what was taken out of the store: what someone else wrote where it had to write, and what a repair found
 * damaged. Nothing in it is ever removed by the store.
 */
final class Quarantine implements TableFiles.Keeper {
    private final Disk disk;
    private final StorePaths paths;
    private final AtomicFile atomic;

    Quarantine(Disk disk, StorePaths paths) {
        this.disk = disk;
        this.paths = paths;
        this.atomic = new AtomicFile(disk, paths);
    }

    @Override
    public void keep(Found found, @Nullable Object key) throws IOException {
        Path kept = keep(found);
        Threads.LOG.warn(
                "{} was changed by someone else in a way that cannot be taken over, and a later change was to be written there; what"
                        + " stood there is now {}",
                found.place(),
                kept);
    }

    /**
     * Keeps what was found in a place of a row.
     *
     * @param found with JSON
     * @return where it is now, durably
     */
    Path keep(Found found) throws IOException {
        byte[] json = Objects.requireNonNull(found.json());
        Path file = found.file();
        return keep(
                EntityFolder.name(Objects.requireNonNull(file.getParent())) + "-"
                        + (found.line() == 0 ? "" : found.line() + "-") + EntityFolder.name(file),
                json);
    }

    /**
     * Keeps bytes under a name, or one that ends with it if that is taken by others.
     *
     * @return where they are now, durably
     */
    synchronized Path keep(String name, byte[] bytes) throws IOException {
        prepare();
        Path target = paths.quarantine().resolve(name);
        for (int i = 2; Links.isFile(target); i++) {
            if (Arrays.equals(Links.read(target), bytes)) {
                // an attempt that was cut off kept it already, but maybe did not get as far as this
                AtomicFile.forceDirectory(disk, paths.quarantine());
                return target;
            }
            target = paths.quarantine().resolve(i + "-" + name);
        }
        atomic.write(target, ByteBuffer.wrap(bytes));
        AtomicFile.forceDirectory(disk, paths.quarantine());
        return target;
    }

    /** Makes the directory if there is none. */
    void prepare() throws IOException {
        Links.refuse(paths.quarantine());
        disk.createDirectories(paths.quarantine());
        StoreDirectories.ignore(disk, paths, paths.quarantine());
    }
}
