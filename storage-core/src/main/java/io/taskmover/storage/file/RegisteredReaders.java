package io.taskmover.storage.file;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;

/**
 * Those who read the store, as the one who writes it sees them. Before files are changed it asks here how far that may
 * go: up to the commit that the oldest reader sees, since that one has read from the journal what changes up to there.
 * Used by one thread at a time.
 */
final class RegisteredReaders {
    /** How long one who is opening the store is waited for when no more can wait. */
    private static final long OPENING_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final StorePaths paths;
    private final LockFile locks;

    /**
     * Looks who is there; what those left who were killed is removed.
     *
     * @param locks stays open as long as this is used
     */
    RegisteredReaders(StorePaths paths, LockFile locks) throws IOException {
        this.paths = paths;
        this.locks = locks;
        var unused = present();
    }

    /**
     * Says up to which commit files may be brought. Waits for those who are just opening the store, which have not said
     * yet what they see. Those who come later need not be waited for: they find all that is in the journal now.
     *
     * @param first the next commit that is to become files
     * @param last a commit up to which the operating system has everything that is in the journal
     * @param urgent whether no more can wait: then whoever stands against {@code first} loses its registration
     * @return at most {@code last}; less than {@code first} if nothing may be changed yet
     */
    long limit(long first, long last, BooleanSupplier urgent) throws IOException {
        Map<ReaderName, OptionalLong> readers = awaitOpening(urgent);
        while (true) {
            long limit = last;
            ReaderName oldest = null;
            for (var reader : readers.entrySet()) {
                OptionalLong sequence = reader.getValue();
                if (sequence.isPresent() && sequence.getAsLong() < limit) {
                    limit = sequence.getAsLong();
                    oldest = reader.getKey();
                }
            }
            if (oldest == null || limit >= first || !urgent.getAsBoolean()) {
                return limit;
            }
            revoke(oldest);
            readers = present();
        }
    }

    /** Whether there is anybody, reading or about to. */
    boolean areThere() throws IOException {
        return !present().isEmpty();
    }

    /** Returns who is there when none of those who were opening at the call is any more. */
    private Map<ReaderName, OptionalLong> awaitOpening(BooleanSupplier urgent) throws IOException {
        Map<ReaderName, OptionalLong> readers = present();
        Set<ReaderName> awaited = opening(readers);
        long deadline = System.nanoTime() + OPENING_NANOS;
        while (!awaited.isEmpty()) {
            if (System.nanoTime() - deadline > 0 && urgent.getAsBoolean()) {
                for (ReaderName reader : awaited) {
                    revoke(reader);
                }
            }
            LockSupport.parkNanos(POLL_NANOS);
            readers = present();
            awaited.retainAll(opening(readers));
        }
        return readers;
    }

    private static Set<ReaderName> opening(Map<ReaderName, OptionalLong> readers) {
        return readers.entrySet().stream()
                .filter(reader -> reader.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .collect(Collectors.toSet());
    }

    private void revoke(ReaderName reader) throws IOException {
        if (Files.deleteIfExists(paths.readers().resolve(reader.fileName()))) {
            Threads.LOG.info(
                    "The snapshot of a reader in process {} is not kept any longer: too much waits to become files",
                    reader.process());
        }
    }

    /** Those whose locks are held, and what they see. What is left of others is removed. */
    private Map<ReaderName, OptionalLong> present() throws IOException {
        Map<ReaderName, OptionalLong> readers = new HashMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(paths.readers())) {
            for (Path file : files) {
                ReaderName name =
                        ReaderName.parse(file.getFileName().toString()).orElse(null);
                if (name != null && isLocked(name, file)) {
                    sequence(file).ifPresent(sequence -> readers.put(name, sequence));
                }
            }
        } catch (NoSuchFileException e) {
            // nobody ever read it
        }
        return readers;
    }

    private boolean isLocked(ReaderName name, Path file) throws IOException {
        if (locks.tryLock(name.slot()) != LockFile.Outcome.LOCKED) {
            return true;
        }
        try {
            Files.deleteIfExists(file);
        } finally {
            locks.unlock(name.slot());
        }
        return false;
    }

    /** What a reader sees: an empty number while it is opening; nothing if it has just gone. */
    private static Optional<OptionalLong> sequence(Path file) throws IOException {
        try {
            String text = Files.readString(file, StandardCharsets.US_ASCII);
            return Optional.of(
                    text.matches("\\d{1,18}\n") ? OptionalLong.of(Long.parseLong(text.strip())) : OptionalLong.empty());
        } catch (NoSuchFileException e) {
            return Optional.empty();
        }
    }
}
