package io.taskmover.storage.sql;

import java.io.File;
import java.nio.file.Path;
import java.sql.SQLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the write-ahead log short. SQLite moves commits from there to the database as they come, and begins the log anew
 * once no reader needs what is in it. Where one reader follows upon the other without a gap there is never such a moment.
 * So when the log is longer than {@link #MOST_BYTES} one is made: readers that begin then need the database only, and
 * those that began before are waited for, a little.
 *
 * <p>A reader that stays longer keeps the log, and what is written meanwhile makes it longer. It is tried again whenever
 * it has grown by as much again. Used by the one writer.
 */
final class LogBound {
    /** Four times the length at which SQLite itself begins to move commits to the database. */
    static final int MOST_BYTES = 16 << 20;

    /** To ask for the length each time would be a tenth of a small commit: a file that was asked about is slower to write to. */
    private static final int TRANSACTIONS_PER_LOOK = 16;

    /** Longer than reads by key or index take; writers wait for it once in so many bytes, and readers never do. */
    private static final int PATIENCE_MILLIS = 100;

    private static final Logger LOG = LoggerFactory.getLogger(LogBound.class);

    private final Path file;
    private final File log;
    private long bound = MOST_BYTES;
    private int transactions;

    /** @param file the database's */
    LogBound(Path file) {
        this.file = file;
        this.log = log(file).toFile();
    }

    static Path log(Path file) {
        return file.resolveSibling(file.getFileName() + "-wal");
    }

    /** A transaction has ended. */
    void keep(SqliteSession writer) {
        if (++transactions % TRANSACTIONS_PER_LOOK != 0) {
            return;
        }
        long bytes = log.length();
        if (bytes <= MOST_BYTES) {
            bound = MOST_BYTES;
        } else if (bytes > bound) {
            bound = bytes + MOST_BYTES;
            try {
                writer.busyTimeout(PATIENCE_MILLIS);
                if (writer.queryLong("pragma wal_checkpoint(truncate)") != 0) {
                    LOG.warn(
                            "The log of {} has grown to {} MiB, for a transaction that reads has been open since it was"
                                    + " shorter; it shrinks when that is closed",
                            file,
                            bytes >> 20);
                }
            } catch (SQLException e) {
                LOG.warn(
                        "The log of {}, of {} MiB, cannot be emptied now; what is committed stands",
                        file,
                        bytes >> 20,
                        e);
            }
        }
    }
}
