package io.taskmover.storage.file;

import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.error.LockedException;
import io.taskmover.storage.error.StorageException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Reads a store while somebody else may be writing it, and gets something that fits together.
 *
 * <p>It registers first. From then on at most the batch of files that the other one has begun comes to its end, its
 * mark is appended to the manifest, and the journal is trimmed. So manifest and journal are read again if the manifest
 * was written to in between. Files that are replaced meanwhile look as after a crash: the journal says what they become.
 * Records are appended to the journal all the time; the last whole one is the end.
 */
final class ReaderOpening implements AutoCloseable {
    /** How often it is tried. Each time something else must have come in between. */
    private static final int ATTEMPTS = 20;

    private final Disk disk;
    private final StorePaths paths;
    private final Supplier<RowFiles> layout;
    private final Deletions deletions;
    private @Nullable ReaderRegistration registration;
    private @Nullable StorageException problem;

    /** @param layout makes what knows of no files yet */
    ReaderOpening(Disk disk, StorePaths paths, Supplier<RowFiles> layout, Deletions deletions) {
        this.deletions = deletions;
        this.disk = disk;
        this.paths = paths;
        this.layout = layout;
    }

    /**
     * What was read.
     *
     * @param files as the checkpoint has them
     * @param manifest when it was read
     */
    record Opened(
            ReaderRegistration registration, RowFiles files, Recovery.Recovered recovered, ManifestStamp manifest) {}

    /**
     * Reads the newest commit that is to be seen and all before it.
     *
     * @throws CorruptionException if it is not the other one's writing that makes parts not fit together
     * @throws LockedException if all was changed again and again
     */
    Opened run() {
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            try {
                Opened opened = attempt();
                if (opened != null) {
                    return opened;
                }
            } catch (IOException e) {
                throw Failures.io("open the store", paths.root(), e);
            }
        }
        throw problem != null
                ? problem
                : new LockedException("The store " + paths.root()
                        + " is being changed faster than it can be opened for reading; retry later");
    }

    private @Nullable Opened attempt() throws IOException {
        ReaderRegistration self = registration;
        if (self == null) {
            self = ReaderRegistration.open(paths);
            registration = self;
        }
        StoreSwitch.refuse(paths);
        ManifestStamp before = ManifestStamp.of(paths);
        RowFiles files = layout.get();
        Recovery recovery = new Recovery(disk, paths, files, deletions);
        Recovery.Recovered recovered;
        try {
            recovery.read();
            if (!ManifestStamp.of(paths).equals(before)) {
                return null;
            }
            recovered = recovery.load();
            force(recovered.journal());
        } catch (StorageException e) {
            requireMoved(e, before);
            return null;
        } catch (NoSuchFileException e) {
            return null;
        }
        if (!self.settle(recovered.changes().sequence())) {
            close();
            return null;
        }
        return new Opened(self, files, recovered, before);
    }

    /** Makes durable what is about to be shown: that it was written does not say that it was acknowledged. */
    private static void force(JournalReader.End journal) throws IOException {
        List<JournalReader.Used> segments = journal.segments();
        if (!segments.isEmpty()) {
            // of those before the last one everything is on the disk
            try (FileChannel channel =
                    FileChannel.open(segments.get(segments.size() - 1).path(), StandardOpenOption.READ)) {
                channel.force(false);
            } catch (NoSuchFileException e) {
                // trimmed meanwhile: the files have it, durably
            }
        }
    }

    /** Throws what was found if it is found a second time while nothing was changed. */
    private void requireMoved(StorageException found, ManifestStamp before) throws IOException {
        StorageException former = problem;
        problem = found;
        boolean moved = !ManifestStamp.of(paths).equals(before) || found.getCause() instanceof NoSuchFileException;
        if (!moved && former != null && place(former).equals(place(found))) {
            throw found;
        }
    }

    /** Where it is: a record that was being written while it was read is whole the next time, another one may not be. */
    private static String place(StorageException found) {
        return found instanceof CorruptionException damage ? damage.place() : String.valueOf(found.getMessage());
    }

    @Override
    public void close() {
        ReaderRegistration self = registration;
        if (self != null) {
            registration = null;
            self.close();
        }
    }
}
