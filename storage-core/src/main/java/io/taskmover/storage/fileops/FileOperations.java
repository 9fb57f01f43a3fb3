package io.taskmover.storage.fileops;

import io.taskmover.storage.backend.Decisions;
import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.StorageTimeoutException;
import io.taskmover.storage.transaction.Branch;
import io.taskmover.storage.transaction.Participant;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves, copies and trashes the files below a folder in transactions: all of a transaction's operations are done or
 * none, after a crash and a power cut too, and nothing is ever overwritten unless it is asked for. As a
 * {@link Participant} it commits together with stores, so that rows and the files they speak of never disagree; alone,
 * {@link #transaction} does.
 *
 * <pre>{@code
 * try (FileOperations files = FileOperations.open(Path.of("/home/me/Documents"))) {
 *     files.transaction(() -> {
 *         files.makeDirectory(Path.of("invoices/2026"));
 *         files.move(Path.of("scan.pdf"), Path.of("invoices/2026/0815.pdf"));
 *     });
 * }
 * }</pre>
 *
 * <h2>Operations</h2>
 *
 * Each takes part in the transaction that its thread is in, and is an {@link IllegalStateException} outside of one. It is
 * checked at once against the files and against what the transaction asked for before, and changes nothing yet: files
 * are moved when the transaction is prepared or, alone, committed. From then on everybody sees them, although they may
 * still be moved back; there is no isolation of files. An operation that is refused has no effect on the transaction.
 *
 * <p>Paths are relative to the root, or absolute and below it. No symbolic link is followed on the way; a link itself is
 * moved, copied and trashed as what it is. {@code ..} is refused, as are the root itself and what belongs to the state
 * ({@code .fileoperations}); but what is in the trash may be moved or copied out of it. Two transactions do not work on
 * the same path, nor one on a directory and the other on something in it: the second is told at once by a
 * {@link io.taskmover.storage.error.ConflictException}, which is worth a retry.
 *
 * <p>A file keeps its content, permissions and time of change; if it has to be copied it loses owner and extended
 * attributes, and is read back and compared by its SHA-256. Who moves files at the same time, and is not this object, is
 * noticed as far as Java allows: what changed before it was this transaction's turn is a conflict, and nothing is done.
 * Files get their new names without a chance that something is overwritten where they can have two for a moment (hard
 * links); elsewhere (FAT, some shares) there is a moment between the look and the rename.
 *
 * <h2>Errors</h2>
 *
 * {@link io.taskmover.storage.error.StorageIoException} for what the file system refuses, with the
 * {@link java.nio.file.NoSuchFileException} or the like as its cause; {@code ConflictException} for what is worth another
 * try; {@link IllegalArgumentException} for paths that could never be right.
 *
 * <p>Thread-safe; one process at a time works in a folder, and none in a folder inside of it. A lock of a dead one is gone. Layout and journal of the state
 * folder are described in {@code docs/formats/file-operations.md}.
 */
public final class FileOperations implements Participant, AutoCloseable {
    static final Logger LOG = LoggerFactory.getLogger("io.taskmover.storage.fileops");

    /** How long closing waits for those who are about to decide. */
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private static final DateTimeFormatter ID =
            DateTimeFormatter.ofPattern("uuuuMMdd'T'HHmmssSSS", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final RootFolder root;
    private final Volume volume;
    private final Clock clock;
    private final StateFolder state;
    private final Duration patience;
    private final Claims claims = new Claims();
    private final OpenEnds openEnds;
    /** Closing waits for what works on the disk. */
    private final ReadWriteLock use = new ReentrantReadWriteLock();

    /** The branches that are prepared, or just being so. Guarded by itself. */
    private final Set<FileBranch> prepared = new HashSet<>();

    private volatile boolean closed;

    @SuppressWarnings("ThreadLocalUsage") // one for each folder, by design: a thread may work in two
    private final ThreadLocal<@Nullable FileBranch> current = new ThreadLocal<>();

    private FileOperations(RootFolder root, Volume volume, Clock clock, StateFolder state, Duration patience) {
        this.patience = patience;
        this.root = root;
        this.volume = volume;
        this.clock = clock;
        this.state = state;
        this.openEnds = new OpenEnds(claims);
    }

    /**
     * Opens a folder to work in, and ends what a crash cut off: what was not prepared is undone, what was committed
     * finished, and what was prepared ends as its decider says. If that cannot be asked, or something cannot be undone since
     * somebody changed it, it stays {@link #inDoubt}, which is logged.
     *
     * @param folder exists; it may be reached through links
     * @throws io.taskmover.storage.error.LockedException if it is open already, here or in another process
     * @throws io.taskmover.storage.error.StorageIoException if it is no folder, or what was cut off could not be ended
     *     because of an error of the disk
     * @throws io.taskmover.storage.error.CorruptionException if the journal is not as it was written
     * @throws io.taskmover.storage.error.UnsupportedException if a later version of this library wrote it
     */
    public static FileOperations open(Path folder) {
        return open(folder, new Volume(), Clock.systemUTC());
    }

    static FileOperations open(Path folder, Volume volume, Clock clock) {
        return open(folder, volume, clock, PATIENCE);
    }

    /** For tests: with another patience of closing. */
    static FileOperations open(Path folder, Volume volume, Clock clock, Duration patience) {
        RootFolder root = new RootFolder(folder.toAbsolutePath().normalize());
        FileOperations[] opened = new FileOperations[1];
        Apart.run(() -> {
            StateFolder state = StateFolder.open(root, volume, clock.instant());
            FileOperations files = new FileOperations(root, volume, clock, state, patience);
            boolean recovered = false;
            try {
                state.readJournal((intents, mark) -> files.openEnds.recover(files.journaled(intents, mark)));
                recovered = true;
            } finally {
                if (!recovered) {
                    state.close();
                }
            }
            opened[0] = files;
        });
        boolean asked = false;
        try {
            opened[0].askDeciders();
            asked = true;
        } finally {
            if (!asked) {
                opened[0].close();
            }
        }
        return opened[0];
    }

    private void askDeciders() {
        for (PreparedTransaction transaction : inDoubt()) {
            if (!transaction.decider().equals(address())) {
                try {
                    resolve(transaction.globalId(), Decisions.isCommitted(transaction));
                } catch (StorageException e) {
                    LOG.warn(
                            "Transaction {} stays in doubt, and nobody else works on its files: {}",
                            transaction.globalId(),
                            e.getMessage(),
                            e);
                }
            }
        }
    }

    /** Moves a file, link or directory to a path at which nothing is, in a directory that exists. */
    public void move(Path from, Path to) {
        move(from, to, OnExisting.FAIL);
    }

    /**
     * Moves a file, link or directory to a path in a directory that exists. Between file stores it is copied, and what
     * it was removed when the transaction commits.
     */
    public void move(Path from, Path to, OnExisting onExisting) {
        branch().move(from, to, onExisting);
    }

    /** Copies a file, link or directory with all that is in it to a path at which nothing is. */
    public void copy(Path from, Path to) {
        copy(from, to, OnExisting.FAIL);
    }

    /** Copies a file, link or directory with all that is in it to a path in a directory that exists. */
    public void copy(Path from, Path to, OnExisting onExisting) {
        branch().copy(from, to, onExisting);
    }

    /**
     * Gives a file, link or directory another name in its directory, which nothing has.
     *
     * @throws IllegalArgumentException if {@code name} is not one name
     */
    public void rename(Path file, String name) {
        Path other = root.path().getFileSystem().getPath(name);
        if (other.isAbsolute() || other.getNameCount() != 1 || name.isEmpty()) {
            throw new IllegalArgumentException("'" + name + "' is not one name; use move for another directory");
        }
        move(file, file.resolveSibling(other));
    }

    /**
     * Moves a file, link or directory into the trash, from which {@link #move} takes it out again. Nothing is ever
     * deleted there but by people; they may at any time.
     *
     * @return where it will be: absolute, with the same name
     */
    public Path trash(Path file) {
        return branch().trash(file);
    }

    /** Makes a directory, and those above it that are missing; one that exists is fine. */
    public void makeDirectory(Path directory) {
        branch().makeDirectory(directory);
    }

    /** Work on files. */
    @FunctionalInterface
    public interface Work<X extends Exception> {
        /** Calls operations. */
        void run() throws X;
    }

    /**
     * Runs {@code work} in a transaction on these files alone, which is committed on return and undone on any throwable.
     *
     * @throws IllegalStateException if the thread takes part in one already: then call the operations in that
     */
    public <X extends Exception> void transaction(Work<X> work) throws X {
        Branch branch = beginBranch(TransactionOptions.DEFAULT, false);
        try {
            work.run();
        } catch (Throwable e) {
            try {
                branch.rollback();
            } catch (StorageException notUndone) {
                e.addSuppressed(notUndone);
            }
            throw e;
        }
        branch.commit();
    }

    @Override
    public String address() {
        return "files:" + root.path();
    }

    /** True. */
    @Override
    public boolean canPrepare() {
        return true;
    }

    @Override
    public boolean outlivesProcess() {
        return true;
    }

    /** False: files have no place for it. */
    @Override
    public boolean canDecide() {
        return false;
    }

    /** {@inheritDoc} Nothing is read in it, so any isolation is granted. */
    @Override
    public Branch beginBranch(TransactionOptions options, boolean decides) {
        requireOpen();
        FileBranch before = current.get();
        if (before != null && !before.ended()) {
            throw new IllegalStateException(
                    "This thread is in a transaction on the files in " + root.path() + " already");
        }
        if (openEnds.hasDecided()) {
            work(openEnds::finishDecided);
        }
        String id = ID.format(now()) + "-"
                + String.format(Locale.ROOT, "%08x", ThreadLocalRandom.current().nextInt());
        FileBranch branch = new FileBranch(this, id, options);
        current.set(branch);
        return branch;
    }

    /**
     * The transactions that are prepared, whose decider could not be asked. Also those that could not be undone, because somebody has changed the files meanwhile or the disk
     * failed: their decider is {@link #address} if no other one was named, and they are to be rolled back. Until they are
     * resolved nobody else works on their files.
     */
    public List<PreparedTransaction> inDoubt() {
        requireOpen();
        return openEnds.inDoubt();
    }

    /**
     * Ends a transaction that is in doubt. Durable when it returns; cut off, it can be called again.
     *
     * @param commit whether it is committed; else it is rolled back
     * @throws IllegalArgumentException if none of this id is in doubt
     * @throws StorageException if it cannot be rolled back, because somebody has changed the files meanwhile; the
     *     message says which one, and what to do. What can be undone is; the rest stays in doubt
     * @throws IllegalStateException if it was decided otherwise before, or is to be committed and was never prepared
     */
    public void resolve(String globalId, boolean commit) {
        requireOpen();
        work(() -> openEnds.resolve(globalId, commit));
    }

    /**
     * Releases the folder. Transactions that are not over cannot go on; what was left prepared stays in doubt.
     *
     * @throws StorageTimeoutException if somebody is about to decide on what is prepared, and does not within 30 s; the
     *     folder stays open, since who opened it meanwhile would decide otherwise
     */
    @Override
    public void close() {
        boolean first;
        synchronized (prepared) {
            awaitDecisions();
            first = !closed;
            closed = true;
        }
        use.writeLock().lock();
        try {
            if (first) {
                state.close();
            }
        } finally {
            use.writeLock().unlock();
        }
    }

    /** Holds the monitor of {@link #prepared}, but while it waits. */
    private void awaitDecisions() {
        long end = System.nanoTime() + patience.toNanos();
        while (prepared.stream().anyMatch(FileBranch::isBeingDecided)) {
            long left = (end - System.nanoTime()) / 1_000_000;
            if (left <= 0) {
                throw new StorageTimeoutException("The files in " + root.path() + " cannot be released now: a"
                        + " transaction on them is prepared and not decided. Close it when that has ended");
            }
            try {
                prepared.wait(Math.min(left, 1_000)); // the thread may end without a word
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new StorageException("Interrupted while waiting for the end of a transaction on files", e);
            }
        }
    }

    // for the branches

    /** Before anything is carried out: the folder is not let go from now on. */
    void prepares(FileBranch branch) {
        synchronized (prepared) {
            requireOpen();
            prepared.add(branch);
        }
    }

    void ended(FileBranch branch) {
        synchronized (prepared) {
            if (prepared.remove(branch)) {
                prepared.notifyAll();
            }
        }
    }

    RootFolder root() {
        return root;
    }

    Volume volume() {
        return volume;
    }

    Claims claims() {
        return claims;
    }

    Instant now() {
        return clock.instant();
    }

    JournaledTransaction journaled(Intents intents, @Nullable Mark mark) {
        return new JournaledTransaction(root, volume, state.journal(), intents, mark);
    }

    void requireOpen() {
        if (closed) {
            throw new IllegalStateException("The file operations in " + root.path() + " are closed");
        }
    }

    /** Runs work on the disk; closing waits for its end. */
    void work(Runnable work) {
        use.readLock().lock();
        try {
            requireOpen();
            Apart.run(work);
        } finally {
            use.readLock().unlock();
        }
    }

    /** Finishes what is decided; false if that did not work yet, and is to be tried again. */
    boolean finish(JournaledTransaction decided, List<Path> claimed, Object claimant) {
        try {
            work(decided::finish);
            return true;
        } catch (StorageException e) {
            LOG.warn("{} is committed; what is left to remove is removed later", decided.name(), e);
            openEnds.add(decided, claimed, claimant);
            return false;
        }
    }

    void keepInDoubt(JournaledTransaction transaction, List<Path> claimed, Object claimant) {
        openEnds.add(transaction, claimed, claimant);
    }

    <R> R callBound(FileBranch branch, Callable<R> work) throws Exception {
        FileBranch before = current.get();
        if (before != null && before != branch && !before.ended()) {
            throw new IllegalStateException(
                    "This thread is in a transaction on the files in " + root.path() + " already");
        }
        current.set(branch);
        try {
            return work.call();
        } finally {
            if (before == null) {
                current.remove();
            } else {
                current.set(before);
            }
        }
    }

    /** Called by the thread that ends a branch; other threads see that it has ended. */
    void unbind(FileBranch branch) {
        if (current.get() == branch) {
            current.remove();
        }
    }

    private FileBranch branch() {
        FileBranch branch = current.get();
        if (branch == null || branch.ended()) {
            throw new IllegalStateException(
                    "Files are worked on in transactions only, and this thread is in none on those in " + root.path()
                            + "; use transaction(…), or TransactionManager.across(…)");
        }
        return branch;
    }
}
