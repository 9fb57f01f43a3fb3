package io.taskmover.storage.file;

import io.taskmover.storage.error.ConfigException;
import io.taskmover.storage.error.CorruptionException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * Which missing files are taken for deletions of their rows. A few are; more than half of a table, or its whole
 * directory, is more likely a disk that is not mounted, a checkout that went wrong or a slip of the hand. They are only
 * taken for that if {@code acceptDeletes=true} says so.
 */
final class Deletions {
    static final String OPTION = "acceptDeletes";

    /** Without {@code acceptDeletes}. */
    static final Deletions FEW = new Deletions(false);

    private final boolean all;

    private Deletions(boolean all) {
        this.all = all;
    }

    /** @throws ConfigException if it is neither true nor false */
    static Deletions parse(@Nullable String text) {
        if (text != null && !text.equals("true") && !text.equals("false")) {
            throw new ConfigException(OPTION + "=" + text + " is neither true nor false");
        }
        return "true".equals(text) ? new Deletions(true) : FEW;
    }

    /** Whether a table's missing directory means that all its rows were deleted. */
    boolean acceptDirectory() {
        return all;
    }

    /** Whether so many missing rows of all that a table had are taken for deletions. */
    boolean accept(int missing, int rows) {
        return all || missing * 2L <= rows;
    }

    static CorruptionException directoryGone(Path directory, String table) {
        return Failures.corrupt(
                directory,
                "the directory of the table '" + table + "' is gone. It is not taken for a deletion of its rows; bring"
                        + " it back or, if they shall go, open the store once with " + OPTION
                        + "=true (storage verify --accept-deletes)",
                null);
    }

    static CorruptionException tooMany(Path directory, String table, int missing, int rows) {
        return Failures.corrupt(
                directory,
                missing + " of the " + rows + " rows of the table '" + table + "' are gone from its files. That is more"
                        + " than half, and not taken for deletions; bring the files back or, if the rows shall go, open"
                        + " the store once with " + OPTION + "=true (storage verify --accept-deletes)",
                null);
    }
}
