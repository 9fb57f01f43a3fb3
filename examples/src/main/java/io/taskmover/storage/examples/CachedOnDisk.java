package io.taskmover.storage.examples;

import io.taskmover.storage.cache.CacheSerializer;
import io.taskmover.storage.cache.FileCache;
import io.taskmover.storage.cache.LruCache;
import io.taskmover.storage.cache.MultiLevelCache;
import io.taskmover.storage.mapping.Entity;
import java.nio.file.Path;
import java.time.Duration;
import java.util.SplittableRandom;

/** What a program loads itself, in memory and on disk. */
public final class CachedOnDisk {
    record Page(String url, String text) {}

    private CachedOnDisk() {}

    private static Page fetch(String url) {
        return new Page(url, "text of " + url);
    }

    public static void main(String[] args) {
        // README:file-cache
        Entity<Page, String> page = Entity.of(Page.class, Page::url);
        try (FileCache<String, Page> onDisk = new FileCache<>( // up to 64 MiB, there again after a restart or a kill
                Path.of("pages"), 64 << 20, CacheSerializer.ofStrings(), CacheSerializer.ofEntities(page))) {
            MultiLevelCache<String, Page> pages = new MultiLevelCache<>(
                    new LruCache<>(1_000, Duration.ofMinutes(5)),
                    onDisk,
                    MultiLevelCache.Settings.DEFAULT,
                    new SplittableRandom());
            Page start = pages.get("https://example.org/", CachedOnDisk::fetch); // by one thread, for all who ask
            System.out.println(start.text());
        }
        // end
    }
}
