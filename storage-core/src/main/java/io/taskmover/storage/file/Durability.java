package io.taskmover.storage.file;

import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.ConfigException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When a commit is acknowledged. In every mode it has been handed to the operating system by then, so that it survives
 * the end of the process.
 *
 * @param mode what has happened to it on the disk
 * @param interval for BATCHED: the longest time until it is on the disk too
 */
record Durability(Mode mode, Duration interval) {
    /** The name of the URL option. */
    static final String OPTION = "durability";

    static final Durability SYNC = new Durability(Mode.SYNC, Duration.ZERO);
    static final Durability NONE = new Durability(Mode.NONE, Duration.ZERO);

    /** How far a commit has got when it is acknowledged. */
    enum Mode {
        /** It is on the disk. */
        SYNC,
        /** It will be on the disk within the interval. */
        BATCHED,
        /** It will be on the disk when the operating system likes, or its JSON file is written. */
        NONE
    }

    /** What {@code sync}, {@code batched:10ms} or {@code none} asks for; null for the default, {@code sync}. */
    static Durability parse(@Nullable String text) {
        if (text == null || text.equals("sync")) {
            return SYNC;
        }
        if (text.equals("none")) {
            return NONE;
        }
        if (text.startsWith("batched:")) {
            Duration interval = StorageConfig.parseDuration(text.substring("batched:".length()));
            if (!interval.isNegative() && !interval.isZero()) {
                return new Durability(Mode.BATCHED, interval);
            }
        }
        throw new ConfigException(
                "durability is sync, batched:DURATION (such as batched:10ms) or none, not '" + text + "'");
    }
}
