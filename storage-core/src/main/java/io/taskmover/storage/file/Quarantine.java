package io.taskmover.storage.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Copies of what someone else wrote where the store had to write. Nothing in it is ever removed by the store. */
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
    public synchronized void keep(Found found, @Nullable Object key) throws IOException {
        byte[] json = Objects.requireNonNull(found.json());
        Path file = found.file();
        disk.createDirectories(paths.quarantine());
        String name = EntityFolder.name(Objects.requireNonNull(file.getParent())) + "-"
                + (found.line() == 0 ? "" : found.line() + "-") + EntityFolder.name(file);
        Path target = paths.quarantine().resolve(name);
        for (int i = 2; Files.exists(target); i++) {
            if (Arrays.equals(Files.readAllBytes(target), json)) {
                return; // an attempt that was cut off kept it already
            }
            target = paths.quarantine().resolve(i + "-" + name);
        }
        atomic.write(target, ByteBuffer.wrap(json));
        AtomicFile.forceDirectory(disk, paths.quarantine());
        Threads.LOG.warn(
                "{} was changed by someone else in a way that cannot be taken over, and a later change was to be written there; what"
                        + " stood there is now {}",
                found.place(),
                target);
    }
}
