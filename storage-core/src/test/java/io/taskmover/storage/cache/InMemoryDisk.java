package io.taskmover.storage.cache;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Caches for tests that need thousands of them, one after the other: on disks that are in memory. */
final class InMemoryDisk {
    private static final Configuration WINDOWS =
            Configuration.windows(); // where no directory is forced: this disk cannot

    private static final AtomicReference<@Nullable FileCache<Long, Long>> LAST = new AtomicReference<>();

    private InMemoryDisk() {}

    /** A new cache; the one before is closed. */
    static FileCache<Long, Long> cache() {
        FileCache<Long, Long> cache = new FileCache<>(
                Jimfs.newFileSystem(WINDOWS).getPath("C:\\cache"),
                CacheLog.MIN_BYTES,
                CacheSerializer.ofLongs(),
                CacheSerializer.ofLongs());
        FileCache<Long, Long> former = LAST.getAndSet(cache);
        if (former != null) {
            former.close();
        }
        return cache;
    }
}
