package io.taskmover.storage.fileops;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What a transaction was asked for; paths are relative to the root.
 *
 * @param from what is moved or copied; null if a directory is made
 * @param copies whether {@code to} gets a file of its own: always of a copy, and of a move between file stores
 * @param replaces whether a file or link that is at {@code to} goes
 */
record Operation(Kind kind, @Nullable Path from, Path to, boolean copies, boolean replaces) {

    enum Kind {
        MOVE,
        COPY,
        DIRECTORY
    }

    static Operation directory(Path directory) {
        return new Operation(Kind.DIRECTORY, null, directory, false, false);
    }

    boolean takesAway() {
        return kind == Kind.MOVE;
    }
}
