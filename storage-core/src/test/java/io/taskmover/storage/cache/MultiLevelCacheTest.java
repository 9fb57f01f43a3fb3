package io.taskmover.storage.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.cache.MultiLevelCache.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MultiLevelCacheTest {
    private static final int CROWD = 1_000;

    private final AtomicLong nanos = new AtomicLong();
    private final LruCache<String, String> first = level(2);
    private final LruCache<String, String> second = level(100);

    private LruCache<String, String> level(long entries) {
        return new LruCache<>(entries, (key, value) -> 1, Duration.ofHours(1), nanos::get);
    }

    private MultiLevelCache<String, String> cache(Settings settings) {
        return new MultiLevelCache<>(first, second, settings, new SplittableRandom(1));
    }

    private static Settings promoting(int after) {
        return new Settings(Duration.ofMinutes(1), after, 0);
    }

    @Test
    void whatIsSetIsInBothLevels() {
        MultiLevelCache<String, String> cache = cache(Settings.DEFAULT);
        cache.set("a", "1", Duration.ofSeconds(5));
        assertThat(first.entry("a")).isEqualTo(new CacheEntry<>("1", Duration.ofSeconds(5)));
        assertThat(second.entry("a")).isEqualTo(new CacheEntry<>("1", Duration.ofSeconds(5)));
        assertThat(cache.delete("a")).isTrue();
        assertThat(first.get("a")).isNull();
        assertThat(second.get("a")).isNull();
        cache.set("b", "2");
        cache.clear();
        assertThat(cache.get("b")).isNull();
    }

    @Test
    void whatIsFoundBelowOftenEnoughGoesUpAndLivesNoLonger() {
        MultiLevelCache<String, String> cache = cache(promoting(3));
        second.set("a", "1", Duration.ofSeconds(10));
        nanos.addAndGet(Duration.ofSeconds(4).toNanos());
        assertThat(cache.get("a")).isEqualTo("1");
        assertThat(cache.get("a")).isEqualTo("1");
        assertThat(first.get("a")).isNull();
        assertThat(cache.get("a")).isEqualTo("1");
        assertThat(first.entry("a")).isEqualTo(new CacheEntry<>("1", Duration.ofSeconds(6)));
    }

    @Test
    void whatTheFirstLevelDrivesOutGoesDown() {
        MultiLevelCache<String, String> cache = cache(Settings.DEFAULT);
        cache.set("a", "1", Duration.ofSeconds(9));
        second.delete("a"); // dropped for want of room
        cache.set("b", "2");
        cache.set("c", "3");
        assertThat(first.get("a")).isNull();
        assertThat(second.entry("a")).isEqualTo(new CacheEntry<>("1", Duration.ofSeconds(9)));
    }

    @Test
    void aThousandWhoMissAKeyLoadItOnce() throws Exception {
        MultiLevelCache<String, String> cache = cache(Settings.DEFAULT);
        AtomicInteger loads = new AtomicInteger();
        Queue<String> values = new ConcurrentLinkedQueue<>();
        CountDownLatch asking = new CountDownLatch(CROWD);
        crowd(() -> {
            asking.countDown();
            values.add(String.valueOf(cache.get("a", key -> {
                await(asking);
                return key + loads.incrementAndGet();
            })));
        });
        assertThat(loads).hasValue(1);
        assertThat(values).hasSize(CROWD).containsOnly("a1");
        assertThat(cache.statistics().loads()).isEqualTo(1);
    }

    @Test
    void aThousandAreToldOfOneLoadThatFailed() throws Exception {
        MultiLevelCache<String, String> cache = cache(Settings.DEFAULT);
        AtomicInteger loads = new AtomicInteger();
        Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
        CountDownLatch ready = new CountDownLatch(CROWD);
        CountDownLatch waiting = new CountDownLatch(CROWD - 1);
        crowd(
                () -> {
                    ready.countDown();
                    await(ready);
                    try {
                        cache.get("a", key -> {
                            loads.incrementAndGet();
                            while (cache.statistics().misses() < CROWD) {
                                Thread.onSpinWait(); // until the last has missed it
                            }
                            await(waiting);
                            throw new IllegalArgumentException("no such page");
                        });
                    } catch (IllegalArgumentException e) {
                        failures.add(e);
                    }
                },
                waiting);
        assertThat(loads).hasValue(1);
        assertThat(failures).hasSize(CROWD).allSatisfy(e -> assertThat(e).hasMessage("no such page"));
        assertThat(cache.get("a", key -> "now")).isEqualTo("now");
    }

    private static void crowd(Runnable each) throws InterruptedException {
        crowd(each, new CountDownLatch(0));
    }

    /** @param waiting is counted down for each that waits for another's load */
    private static void crowd(Runnable each, CountDownLatch waiting) throws InterruptedException {
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < CROWD; i++) {
            Thread thread = new Thread(null, each, "asks " + i, 256 << 10);
            thread.start();
            threads.add(thread);
        }
        while (waiting.getCount() > 0) {
            long parked = threads.stream()
                    .filter(thread -> thread.getState() == Thread.State.WAITING)
                    .count();
            if (parked >= CROWD - 1) {
                while (waiting.getCount() > 0) {
                    waiting.countDown();
                }
            }
            Thread.onSpinWait();
        }
        for (Thread thread : threads) {
            thread.join();
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aLoadThatIsOvertakenByAChangeIsNotKept() {
        MultiLevelCache<String, String> cache = cache(Settings.DEFAULT);
        assertThat(cache.get("a", key -> {
                    cache.delete("a");
                    return "old";
                }))
                .isEqualTo("old");
        assertThat(cache.get("a")).isNull();
        assertThat(cache.get("b", key -> {
                    cache.set("b", "new");
                    return "old";
                }))
                .isEqualTo("old");
        assertThat(cache.get("b")).isEqualTo("new");
        assertThat(cache.get("c", key -> {
                    cache.clear();
                    return "old";
                }))
                .isEqualTo("old");
        assertThat(cache.get("c")).isNull();
        assertThat(second.statistics().entries()).isZero();
    }

    @Test
    void whoAsksAfterAChangeDoesNotGetALoadFromBeforeIt() throws Exception {
        MultiLevelCache<String, String> cache = cache(Settings.DEFAULT);
        CountDownLatch loading = new CountDownLatch(1);
        CountDownLatch changed = new CountDownLatch(1);
        Thread slow = new Thread(() -> cache.get("a", key -> {
            loading.countDown();
            await(changed);
            return "old";
        }));
        slow.start();
        loading.await();
        cache.delete("a");
        assertThat(cache.get("a", key -> "new")).isEqualTo("new");
        changed.countDown();
        slow.join();
        assertThat(cache.get("a")).isEqualTo("new");
    }

    @Test
    void noValueIsNotKept() {
        MultiLevelCache<String, String> cache = cache(Settings.DEFAULT);
        assertThat(cache.get("a", key -> null)).isNull();
        assertThat(cache.get("a", key -> "1")).isEqualTo("1");
    }

    @Test
    void aLoaderThatAsksForItsOwnKeyIsTold() {
        MultiLevelCache<String, String> cache = cache(Settings.DEFAULT);
        assertThatThrownBy(() -> cache.get("a", key -> cache.get("a", again -> "1")))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("'a'");
        assertThat(cache.get("a", key -> cache.get("b", other -> "2") + "1")).isEqualTo("21");
    }

    @Test
    void whatIsSetTogetherDoesNotGoTogether() {
        MultiLevelCache<String, String> cache = cache(new Settings(Duration.ofSeconds(100), 2, 0.1));
        List<Duration> lives = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            cache.set("key" + i, "x");
            lives.add(remaining(second.entry("key" + i)));
        }
        assertThat(lives)
                .allMatch(life ->
                        life.compareTo(Duration.ofSeconds(90)) >= 0 && life.compareTo(Duration.ofSeconds(100)) <= 0)
                .doesNotHaveDuplicates();
        cache.set("forever", "x", CacheLevel.FOREVER);
        assertThat(remaining(second.entry("forever"))).isEqualTo(CacheLevel.FOREVER);
    }

    private static Duration remaining(@Nullable CacheEntry<String> entry) {
        assertThat(entry).isNotNull();
        return entry == null ? Duration.ZERO : entry.remaining();
    }

    @Test
    void eachLevelAndAllOfItAreCounted() {
        MultiLevelCache<String, String> cache = cache(promoting(1));
        cache.set("a", "1");
        cache.get("a");
        second.set("b", "2");
        cache.get("b");
        cache.get("c");
        assertThat(cache.firstStatistics().hits()).isEqualTo(1);
        assertThat(cache.secondStatistics().hits()).isEqualTo(1);
        CacheStatistics all = cache.statistics();
        assertThat(List.of(all.hits(), all.misses(), all.entries())).containsExactly(2L, 1L, 2L);
    }
}
