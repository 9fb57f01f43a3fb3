package io.taskmover.storage.fileops;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Which transaction works on which path, so that no two work on the same: not on a directory and on what is in it
 * either. Any number may read one. Thread-safe.
 */
final class Claims {
    private final PathTree<Claim> claims = new PathTree<>();

    /** @param writer null if there are only readers, one entry for each time they asked */
    private record Claim(Path path, @Nullable Object writer, List<Object> readers) {
        boolean keepsOut(Object owner, boolean toWrite) {
            return (writer != null && writer != owner)
                    || (toWrite && readers.stream().anyMatch(reader -> reader != owner));
        }
    }

    /**
     * Claims a path for a transaction until it is released.
     *
     * @throws io.taskmover.storage.error.ConflictException if another has it, or something in or above it
     */
    synchronized void claim(Path path, boolean toWrite, Object owner) {
        for (Claim claim : claims.above(path)) {
            require(!claim.keepsOut(owner, toWrite), path, claim.path);
        }
        for (Claim claim : claims.below(path)) {
            require(!claim.keepsOut(owner, toWrite), path, claim.path);
        }
        add(path, toWrite, owner);
    }

    private void add(Path path, boolean toWrite, Object owner) {
        Claim former = claims.get(path);
        List<Object> readers = new ArrayList<>(former == null ? List.of() : former.readers);
        if (!toWrite && !readers.contains(owner)) {
            readers.add(owner);
        }
        Object writer = toWrite ? owner : former == null ? null : former.writer;
        claims.put(path, new Claim(path, writer, readers));
    }

    synchronized void release(Iterable<Path> paths, Object owner) {
        for (Path path : paths) {
            Claim claim = claims.get(path);
            if (claim == null) {
                continue;
            }
            List<Object> readers = new ArrayList<>(claim.readers);
            readers.remove(owner);
            Object writer = claim.writer == owner ? null : claim.writer;
            if (writer == null && readers.isEmpty()) {
                claims.remove(path);
            } else {
                claims.put(path, new Claim(claim.path, writer, readers));
            }
        }
    }

    private static void require(boolean free, Path path, Path claimed) {
        if (!free) {
            throw Failures.conflict(
                    "Another transaction that has not ended works on "
                            + (path.equals(claimed) ? path.toString() : claimed + ", and so not on " + path)
                            + "; try again when it has",
                    path);
        }
    }
}
