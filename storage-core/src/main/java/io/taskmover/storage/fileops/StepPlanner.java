package io.taskmover.storage.fileops;

import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.fileops.FileIdentity.Kind;
import io.taskmover.storage.fileops.PlannedTree.Found;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Turns what a transaction was asked for into steps, by what is on the disk now. Used once. */
final class StepPlanner {
    private final RootFolder root;
    private final PlannedTree tree;
    private final String id;
    private final List<Step> steps = new ArrayList<>();
    private final List<Step> afterCommit = new ArrayList<>();
    /** Of files that were read, by where they are now. */
    private final Map<Path, String> sums = new HashMap<>();

    private int asides;

    StepPlanner(RootFolder root, PlannedTree tree, String id) {
        this.root = root;
        this.tree = tree;
        this.id = id;
    }

    /**
     * Looks at all that is concerned, and reads what is to be copied.
     *
     * @throws io.taskmover.storage.error.ConflictException if something is not there any more
     */
    Intents plan(PreparedTransaction transaction, Instant now) {
        for (int i = 0; i < tree.operations().size(); i++) {
            Operation operation = tree.operations().get(i);
            try {
                plan(operation, i);
            } catch (IOException e) {
                throw Failures.io(
                        "look at " + operation.to() + " and what comes there", root.onDisk(operation.to()), e);
            }
        }
        List<Step> all = new ArrayList<>(StepLevels.of(steps));
        all.sort(Comparator.comparingInt(Step::level));
        all.addAll(afterCommit);
        return new Intents(id, transaction, now, List.copyOf(all));
    }

    private void plan(Operation operation, int first) throws IOException {
        Path from = operation.from();
        Path to = operation.to();
        if (from == null) {
            add(Step.Kind.DIRECTORY, null, to, FileIdentity.DIRECTORY);
            return;
        }
        Found found = source(from, first);
        if (operation.replaces()) {
            saveReplaced(to, first);
        }
        if (operation.kind() == Operation.Kind.COPY) {
            copy(from, to, found, first);
        } else if (operation.copies()) {
            copy(from, to, found, first);
            // out of the way, in its own store: what is done after can take its place, and it can still come back
            Path aside = aside(from, "moved");
            add(Step.Kind.MOVE, from, aside, found.copied() ? identity(found) : identityOfContent(found));
            removeLater(from, aside, found, first);
        } else {
            add(Step.Kind.MOVE, from, to, identity(found));
        }
        if (operation.takesAway() && from.startsWith(root.trash())) {
            discardEmpty(root.parent(from));
        }
    }

    /** The directory in which something was in the trash alone. */
    private void discardEmpty(Path directory) {
        if (root.parent(directory).equals(root.trash())) {
            afterCommit.add(new Step(Step.Kind.DISCARD, 0, null, directory, FileIdentity.DIRECTORY));
        }
    }

    private Found source(Path from, int first) throws IOException {
        Found found = tree.find(from, first);
        if (found == null) {
            throw Failures.conflict(
                    root.onDisk(from) + " is not there any more: somebody has removed it since the transaction asked"
                            + " for it. Look at it and decide again",
                    from);
        }
        return found;
    }

    private void saveReplaced(Path to, int first) throws IOException {
        Found former = tree.find(to, first);
        if (former != null) {
            if (former.isDirectory()) {
                throw Failures.exists(root.onDisk(to), "it is a directory, and directories are not replaced");
            }
            Path saved = aside(to, "saved");
            add(Step.Kind.MOVE, to, saved, identity(former));
            afterCommit.add(new Step(Step.Kind.DISCARD, 0, null, saved, former.identity()));
        }
    }

    private Path aside(Path path, String what) {
        return path.resolveSibling(RootFolder.RESERVED + id + "-" + asides++ + "." + what);
    }

    private void copy(Path from, Path to, Found found, int first) throws IOException {
        switch (found.identity().kind()) {
            case FILE -> add(Step.Kind.COPY, from, to, found.identity().withSha256(sum(found)));
            case LINK -> add(Step.Kind.COPY_LINK, from, to, found.identity());
            case DIRECTORY -> {
                add(Step.Kind.DIRECTORY, from, to, FileIdentity.DIRECTORY);
                for (Path inner : tree.list(from, first)) {
                    copy(inner, to.resolve(RootFolder.name(inner)), source(inner, first), first);
                }
                add(Step.Kind.ATTRIBUTES, from, to, FileIdentity.DIRECTORY);
            }
            case OTHER ->
                throw Failures.refused(root.onDisk(from), "is a device, a pipe or a junction, and cannot be copied");
        }
    }

    /** What is in a directory goes before it. */
    private void removeLater(Path from, Path aside, Found found, int first) throws IOException {
        if (found.isDirectory()) {
            if (found.now() != null && !Files.isWritable(root.onDisk(found.now()))) {
                throw new AccessDeniedException(root.onDisk(from).toString());
            }
            for (Path inner : tree.list(from, first)) {
                removeLater(inner, aside.resolve(RootFolder.name(inner)), source(inner, first), first);
            }
        }
        afterCommit.add(new Step(Step.Kind.REMOVE, 0, null, aside, identityOfContent(found)));
    }

    /** By what it will be known when its turn comes. */
    private FileIdentity identity(Found found) throws IOException {
        return found.copied() && found.identity().kind() == Kind.FILE
                ? found.identity().withoutKey().withSha256(sum(found))
                : found.identity();
    }

    private FileIdentity identityOfContent(Found found) throws IOException {
        return found.identity().kind() == Kind.FILE ? found.identity().withSha256(sum(found)) : found.identity();
    }

    private String sum(Found found) throws IOException {
        Path now = Objects.requireNonNull(found.now());
        String sum = sums.get(now);
        if (sum == null) {
            sum = Sha256.of(root.onDisk(now));
            sums.put(now, sum);
        }
        return sum;
    }

    private void add(Step.Kind kind, @Nullable Path from, Path to, FileIdentity identity) {
        root.requireRecordable(to);
        if (identity.target() != null && !RootFolder.isText(identity.target())) {
            throw Failures.refused(root.onDisk(to), "is a link to a name that is not text in the system's encoding");
        }
        steps.add(new Step(kind, 0, from, to, identity));
        if (kind == Step.Kind.MOVE && from != null) {
            afterCommit.replaceAll(step -> moved(step, from, to));
        }
    }

    /** What is in a directory that is moved later is removed at its last place. */
    private static Step moved(Step step, Path from, Path to) {
        return step.to().startsWith(from)
                ? new Step(step.kind(), 0, null, to.resolve(from.relativize(step.to())), step.identity())
                : step;
    }
}
