package io.taskmover.storage.fileops;

import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.StorageTimeoutException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.fileops.PlannedTree.Found;
import io.taskmover.storage.transaction.Branch;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** One transaction's operations on files: checked and queued while it is active, then carried out and decided. */
final class FileBranch implements Branch {
    private final FileOperations owner;
    private final String id;
    private final boolean readOnly;
    private final @Nullable Instant deadline;
    private final PlannedTree tree;
    private final List<Path> claimed = new ArrayList<>();
    private int trashed;
    private @Nullable JournaledTransaction journaled;
    private volatile State state = State.ACTIVE;
    private volatile @Nullable Thread decider;
    private boolean inDoubt;

    private enum State {
        ACTIVE,
        /** Something failed after it was begun to be carried out. */
        FAILED,
        PREPARED,
        ENDED
    }

    FileBranch(FileOperations owner, String id, TransactionOptions options) {
        this.owner = owner;
        this.id = id;
        this.readOnly = options.readOnly();
        this.deadline = options.timeout() == null ? null : owner.now().plus(options.timeout());
        this.tree = new PlannedTree(owner.root());
    }

    boolean ended() {
        return state == State.ENDED;
    }

    // the operations

    void move(Path given, Path target, OnExisting onExisting) {
        requireActive();
        Path from = owner.root().relative(given, true);
        Path to = owner.root().relative(target, false);
        check(to, () -> transfer(Operation.Kind.MOVE, from, to, onExisting));
    }

    void copy(Path given, Path target, OnExisting onExisting) {
        requireActive();
        Path from = owner.root().relative(given, true);
        Path to = owner.root().relative(target, false);
        check(to, () -> transfer(Operation.Kind.COPY, from, to, onExisting));
    }

    Path trash(Path given) {
        requireActive();
        Path from = owner.root().relative(given, false);
        Path directory = owner.root().trash().resolve(id + "-" + trashed);
        Path to = directory.resolve(RootFolder.name(from));
        check(from, () -> {
            Operation move = transferred(Operation.Kind.MOVE, from, to, OnExisting.FAIL);
            tree.add(Operation.directory(directory));
            tree.add(move);
            trashed++;
        });
        return owner.root().onDisk(to);
    }

    void makeDirectory(Path given) {
        requireActive();
        Path directory = owner.root().relative(given, false);
        check(directory, () -> {
            for (int names = 1; names <= directory.getNameCount(); names++) {
                Path part = directory.subpath(0, names);
                if (tree.find(part) == null) {
                    claim(part, true);
                }
                Found found = tree.find(part);
                if (found == null) {
                    tree.add(Operation.directory(part));
                } else {
                    RootFolder.requireDirectory(owner.root().onDisk(part), found.identity());
                }
            }
        });
    }

    private interface Check {
        void run() throws IOException;
    }

    private void check(Path path, Check check) {
        try {
            check.run();
        } catch (IOException e) {
            throw Failures.io(
                    "look at " + path + " and the way there", owner.root().onDisk(path), e);
        }
    }

    private void transfer(Operation.Kind kind, Path from, Path to, OnExisting onExisting) throws IOException {
        claim(to, true);
        tree.requirePlainWay(to);
        tree.add(transferred(kind, from, to, onExisting));
    }

    private Operation transferred(Operation.Kind kind, Path from, Path to, OnExisting onExisting) throws IOException {
        claim(from, kind == Operation.Kind.MOVE);
        tree.requirePlainWay(from);
        Found source = tree.find(from);
        if (source == null) {
            throw Failures.missing(owner.root().onDisk(from), "name something that is there");
        }
        if (source.identity().kind() == FileIdentity.Kind.OTHER) {
            throw Failures.refused(
                    owner.root().onDisk(from), "is a device, a pipe or a junction; it stays where it is");
        }
        boolean inside = to.startsWith(from) && to.getNameCount() > from.getNameCount();
        // as text: paths may be equal that differ in case
        if (to.toString().equals(from.toString()) || (source.isDirectory() && inside)) {
            throw new IllegalArgumentException("'" + from + "' cannot be put to '" + to + "': it would be in itself");
        }
        boolean replaces = replaces(from, source, to, onExisting);
        boolean copies = kind == Operation.Kind.COPY || !isInOneStore(from, source, to);
        return new Operation(kind, from, to, copies, replaces);
    }

    private boolean replaces(Path from, Found source, Path to, OnExisting onExisting) throws IOException {
        Found there = tree.find(to);
        Path target = owner.root().onDisk(to);
        // the file itself, if only the case of its name is to be changed where case does not count
        boolean itself =
                from.equals(source.now()) && Batch.isOneEntry(owner.root().onDisk(from), target);
        if (there == null || itself) {
            return false;
        }
        if (onExisting == OnExisting.FAIL) {
            throw Failures.exists(target, "choose another place, or have it replaced");
        }
        if (there.isDirectory()) {
            throw Failures.exists(target, "it is a directory, and directories are not replaced");
        }
        return true;
    }

    private boolean isInOneStore(Path from, Found source, Path to) throws IOException {
        Path one = source.isDirectory() ? from : owner.root().parent(from);
        return owner.volume()
                .isSameStore(tree.inStoreOf(one), tree.inStoreOf(owner.root().parent(to)));
    }

    private void claim(Path path, boolean toWrite) {
        owner.claims().claim(path, toWrite, this);
        claimed.add(path);
    }

    private void requireActive() {
        owner.requireOpen();
        if (state != State.ACTIVE) {
            throw new IllegalStateException("This transaction on files is "
                    + (ended() ? "over" : "prepared, or has failed") + "; begin another");
        }
        if (readOnly) {
            throw new UnsupportedException("This transaction was begun to read only");
        }
        requireTime();
    }

    private void requireTime() {
        if (deadline != null && owner.now().isAfter(deadline)) {
            throw new StorageTimeoutException("The transaction on the files in "
                    + owner.root().path() + " took longer than its timeout; retry, or" + " give it more time");
        }
    }

    // the end

    @Override
    public void prepare(PreparedTransaction transaction) {
        requireNotDecided();
        decider = Thread.currentThread();
        owner.prepares(this);
        state = State.FAILED;
        if (!tree.operations().isEmpty()) {
            owner.work(() -> {
                carryOut(transaction).prepared();
            });
        }
        state = State.PREPARED;
    }

    @Override
    public void decide(PreparedTransaction transaction, List<String> stores) {
        throw new UnsupportedException("Files have no place for a decision; a store that takes part is to decide");
    }

    /** All is done when it is prepared. */
    @Override
    public void complete() {}

    @Override
    public boolean isInDoubt() {
        return inDoubt;
    }

    @Override
    public void committed(@Nullable PreparedTransaction decided) {}

    @Override
    public void leave() {
        if (ended()) {
            return;
        }
        JournaledTransaction begun = journaled;
        if (begun == null) {
            owner.claims().release(claimed, this);
        } else {
            owner.keepInDoubt(begun, claimed, this);
        }
        end();
    }

    /** Whether another thread is about to decide on it: its folder is not to be let go then. */
    boolean isBeingDecided() {
        Thread thread = decider;
        return !ended() && thread != null && thread != Thread.currentThread() && thread.isAlive();
    }

    private void requireNotDecided() {
        if (state != State.ACTIVE) {
            throw new IllegalStateException(
                    "This transaction on files is " + (ended() ? "over" : "prepared, or has failed") + " already");
        }
    }

    private JournaledTransaction carryOut(PreparedTransaction transaction) {
        Intents intents = new StepPlanner(owner.root(), tree, id).plan(transaction, owner.now());
        JournaledTransaction begun = owner.journaled(intents, null);
        journaled = begun;
        begun.carryOut(this::requireTime);
        return begun;
    }

    @Override
    public void commit() {
        if (state == State.PREPARED) {
            commitPrepared();
        } else {
            requireNotDecided();
            commitAlone();
        }
        JournaledTransaction decided = journaled;
        if (decided == null || owner.finish(decided, claimed, this)) {
            owner.claims().release(claimed, this);
        }
        end();
    }

    private void commitPrepared() {
        JournaledTransaction prepared = journaled;
        if (prepared != null) {
            try {
                owner.work(prepared::decide);
            } catch (StorageException e) {
                owner.keepInDoubt(prepared, claimed, this);
                end();
                throw e;
            }
        }
    }

    private void commitAlone() {
        if (tree.operations().isEmpty()) {
            return;
        }
        state = State.FAILED;
        try {
            owner.work(() -> carryOut(new PreparedTransaction(id, owner.address(), owner.now()))
                    .decide());
        } catch (RuntimeException | Error e) {
            try {
                rollback();
            } catch (StorageException notUndone) {
                e.addSuppressed(notUndone);
                inDoubt = true;
                throw new StorageException(
                        "The transaction on files " + id + " failed, and could not be undone; it is in doubt: "
                                + notUndone.getMessage(),
                        e);
            }
            throw e;
        }
    }

    @Override
    public void rollback() {
        if (ended()) {
            return;
        }
        JournaledTransaction begun = journaled;
        if (begun != null) {
            try {
                owner.work(begun::undo);
            } catch (StorageException e) {
                owner.keepInDoubt(begun, claimed, this);
                end();
                throw e;
            }
        }
        owner.claims().release(claimed, this);
        end();
    }

    private void end() {
        state = State.ENDED;
        owner.unbind(this);
        owner.ended(this);
    }

    @Override
    public <R> R call(Callable<R> work) throws Exception {
        return owner.callBound(this, work);
    }
}
