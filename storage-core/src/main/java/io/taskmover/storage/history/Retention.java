package io.taskmover.storage.history;

import io.taskmover.storage.config.StorageConfig;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Which versions are kept. A version goes when nothing here keeps it; the last of a row never does, so that no number is
 * given twice.
 *
 * @param count how many versions of each row are kept at least; null if their number keeps none
 * @param age for how long what was the row's state stays known; null if their age keeps none
 */
record Retention(@Nullable Integer count, @Nullable Duration age) {

    static Retention of(StorageConfig config) {
        return new Retention(
                config.versions().orElse(null), config.versionsFor().orElse(null));
    }

    /** Whether nothing ever goes. */
    boolean keepsAll() {
        return count == null && age == null;
    }

    /** Whether a version goes by the number alone of those that follow it. */
    boolean isByCountOnly() {
        return count != null && age == null;
    }

    /** The first version that the number of those that follow it keeps, if the last is {@code last}. */
    long firstByCount(long last) {
        return count == null ? last : Math.max(1, last - count + 1);
    }
}
