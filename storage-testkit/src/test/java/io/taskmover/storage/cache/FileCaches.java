package io.taskmover.storage.cache;

import java.nio.file.Path;
import java.time.Clock;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Opens caches under any boot of the system: what the crash tests need and the library does not offer. */
public final class FileCaches {
    private FileCaches() {}

    /**
     * A cache of texts, whose ticker goes as the clock would if nobody set it.
     *
     * @param passed how many nanoseconds have passed
     */
    public static FileCache<String, String> open(
            Path directory, long maxBytes, Clock clock, java.util.function.LongSupplier passed, @Nullable UUID boot) {
        return new FileCache<>(
                directory,
                maxBytes,
                CacheSerializer.ofStrings(),
                CacheSerializer.ofStrings(),
                CacheLevel.FOREVER,
                clock,
                passed,
                boot);
    }
}
