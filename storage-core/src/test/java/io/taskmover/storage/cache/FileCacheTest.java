package io.taskmover.storage.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileCacheTest extends CacheLevelContract {
    private static final long SMALL = 16 << 10;
    private static final UUID BOOT = new UUID(1, 2);

    @TempDir
    Path directory;

    private final List<FileCache<?, ?>> open = new ArrayList<>();
    private Instant now = Instant.parse("2026-05-01T10:00:00Z");
    private long nanos;

    @AfterEach
    void close() {
        open.forEach(FileCache::close);
    }

    private <K, V> FileCache<K, V> closing(FileCache<K, V> cache) {
        open.add(cache);
        return cache;
    }

    @Override
    CacheLevel<String, String> ofWeight(long bound, Duration ttl, LongSupplier ticker) {
        return closing(new FileCache<>(
                directory.resolve("level" + open.size()),
                bound < 1 ? bound : Math.max(bound, SMALL),
                CacheSerializer.ofStrings(),
                CacheSerializer.ofStrings(),
                ttl,
                Clock.fixed(now, ZoneOffset.UTC),
                ticker));
    }

    @Override
    long weightOfThree() {
        return 64;
    }

    @Override
    long smallBound() {
        return SMALL;
    }

    private FileCache<String, String> cache(@Nullable UUID boot) {
        return closing(new FileCache<>(
                directory.resolve("cache"),
                1 << 20,
                CacheSerializer.ofStrings(),
                CacheSerializer.ofStrings(),
                CacheLevel.FOREVER,
                new Clock() {
                    @Override
                    public Instant instant() {
                        return now;
                    }

                    @Override
                    public java.time.ZoneId getZone() {
                        return ZoneOffset.UTC;
                    }

                    @Override
                    public Clock withZone(java.time.ZoneId zone) {
                        throw new UnsupportedOperationException();
                    }
                },
                () -> nanos,
                boot));
    }

    @Test
    void whatIsClosedIsThereAgain() {
        try (FileCache<String, String> cache = cache(BOOT)) {
            cache.set("a", "1");
            cache.set("b", "1");
            cache.set("b", "2");
            cache.set("c", "3");
            cache.delete("c");
        }
        try (FileCache<String, String> cache = cache(new UUID(5, 6))) {
            assertThat(cache.get("a")).isEqualTo("1");
            assertThat(cache.get("b")).isEqualTo("2");
            assertThat(cache.get("c")).isNull();
            assertThat(cache.statistics().entries()).isEqualTo(2);
        }
    }
}
