package io.taskmover.storage.fileops;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One change on the disk, so small that looking at the disk tells whether it has happened; all paths are relative to
 * the root. Steps of one level have nothing to do with each other; those of the next rely on it.
 *
 * @param level from 0
 * @param from what it takes, or null if it takes nothing
 * @param to where it puts something; of a removal, what it removes
 * @param identity of what it moves, copies or removes
 */
record Step(Kind kind, int level, @Nullable Path from, Path to, FileIdentity identity) {

    enum Kind {
        /** Gives {@code from} the name {@code to}, in one file store. */
        MOVE,
        /** Copies the file {@code from}. */
        COPY,
        /** Makes a symbolic link like {@code from}. */
        COPY_LINK,
        /** Makes a directory; if it is to be a copy, {@code from} is known. */
        DIRECTORY,
        /** Gives the directory {@code to} permissions and time of {@code from}. */
        ATTRIBUTES,
        /** After the commit: removes what nobody changed meanwhile. */
        REMOVE,
        /** After the commit: removes a file or link that was replaced, or an empty directory of the trash. */
        DISCARD;

        /** Whether it is done only when it is certain that it will not be undone. */
        boolean isAfterCommit() {
            return this == REMOVE || this == DISCARD;
        }
    }

    Step atLevel(int other) {
        return new Step(kind, other, from, to, identity);
    }

    String describe() {
        return switch (kind) {
            case MOVE -> "move " + from + " to " + to;
            case COPY, COPY_LINK -> "copy " + from + " to " + to;
            case DIRECTORY -> "make the directory " + to;
            case ATTRIBUTES -> "give the directory " + to + " its permissions and time";
            case REMOVE, DISCARD -> "remove " + to;
        };
    }
}
