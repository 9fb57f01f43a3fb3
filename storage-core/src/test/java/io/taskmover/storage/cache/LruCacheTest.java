package io.taskmover.storage.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LruCacheTest {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5_000_000_000L); // it wraps around soon
    private final List<String> evicted = new ArrayList<>();

    private LruCache<String, String> ofBytes(long bytes, Duration ttl) {
        LruCache<String, String> cache = new LruCache<>(bytes, (key, value) -> value.length(), ttl, nanos::get);
        cache.onEviction((key, entry) -> evicted.add(key + "=" + entry.value() + " " + entry.remaining()));
        return cache;
    }

    private void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void whatWasUsedLongestAgoGoes() {
        LruCache<String, Integer> cache = new LruCache<>(3, CacheLevel.FOREVER);
        cache.set("a", 1);
        cache.set("b", 2);
        cache.set("c", 3);
        assertThat(cache.get("a")).isEqualTo(1);
        cache.set("b", 20);
        cache.set("d", 4);

        assertThat(cache.get("c")).isNull();
        assertThat(cache.get("a")).isEqualTo(1);
        assertThat(cache.get("b")).isEqualTo(20);
        assertThat(cache.get("d")).isEqualTo(4);
        assertThat(cache.statistics()).isEqualTo(new CacheStatistics(4, 1, 1, 0, Duration.ZERO, 3, 0));
        assertThat(cache.statistics().hitRate()).isEqualTo(0.8);
    }

    @Test
    void theOrderIsThatOfAMapInAccessOrder() {
        int bound = 20;
        Random random = new Random(7);
        LruCache<Integer, Integer> cache = new LruCache<>(bound, CacheLevel.FOREVER);
        Map<Integer, Integer> model = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Integer, Integer> eldest) {
                return size() > bound;
            }
        };
        for (int i = 0; i < 100_000; i++) {
            int key = random.nextInt(2 * bound);
            switch (random.nextInt(5)) {
                case 0 -> assertThat(cache.delete(key)).isEqualTo(model.remove(key) != null);
                case 1, 2 -> {
                    cache.set(key, i);
                    model.put(key, i);
                }
                default -> assertThat(cache.get(key)).isEqualTo(model.get(key));
            }
        }
    }

    @Test
    void aValueLivesAsLongAsItWasSetTo() {
        LruCache<String, String> cache = ofBytes(100, Duration.ofSeconds(10));
        cache.set("default", "x");
        cache.set("short", "x", Duration.ofSeconds(1));
        cache.set("forever", "x", CacheLevel.FOREVER);
        pass(Duration.ofMillis(999));
        assertThat(cache.entry("short")).isEqualTo(new CacheEntry<>("x", Duration.ofMillis(1)));
        pass(Duration.ofMillis(1));
        assertThat(cache.entry("short")).isNull();
        assertThat(cache.delete("short")).isFalse();
        assertThat(cache.entry("default")).isEqualTo(new CacheEntry<>("x", Duration.ofSeconds(9)));
        pass(Duration.ofSeconds(9));
        assertThat(cache.delete("default")).isFalse();
        pass(Duration.ofDays(40_000));
        assertThat(cache.entry("forever")).isEqualTo(new CacheEntry<>("x", CacheLevel.FOREVER));
        assertThat(evicted).isEmpty();
    }

    @Test
    void theWeightIsBoundAndTheListenerToldWhatGoes() {
        LruCache<String, String> cache = ofBytes(10, Duration.ofSeconds(10));
        cache.set("a", "xxxx");
        cache.set("b", "xxxx");
        pass(Duration.ofSeconds(1));
        cache.set("a", "xx");
        cache.set("c", "xxxxxxx");
        assertThat(evicted).containsExactly("b=xxxx PT9S");
        assertThat(cache.statistics().bytes()).isEqualTo(9);

        cache.set("a", "more than ten");
        assertThat(cache.get("a")).isNull();
        assertThat(cache.get("c")).isEqualTo("xxxxxxx");
        assertThat(evicted).containsExactly("b=xxxx PT9S", "a=more than ten PT10S");

        cache.clear();
        assertThat(cache.get("c")).isNull();
        assertThat(cache.statistics().bytes()).isZero();
        assertThat(evicted).hasSize(2);
    }

    @Test
    void whatIsOverIsDrivenOutInSilence() {
        LruCache<String, String> cache = ofBytes(4, Duration.ofSeconds(1));
        cache.set("a", "xx");
        pass(Duration.ofSeconds(1));
        cache.set("b", "xxxx");
        assertThat(evicted).isEmpty();
        assertThat(cache.get("b")).isEqualTo("xxxx");
    }

    @ParameterizedTest
    @ValueSource(longs = {0, -1})
    void aCacheOfNothingIsRefused(long bound) {
        assertThatThrownBy(() -> new LruCache<>(bound, CacheLevel.FOREVER))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTimeToLiveOfNothingIsRefused() {
        LruCache<String, String> cache = ofBytes(4, Duration.ofSeconds(1));
        assertThatThrownBy(() -> cache.set("a", "x", Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LruCache<>(1, Duration.ofNanos(-1))).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void manyThreadsKeepItWithinItsBound() throws Exception {
        LruCache<Integer, Integer> cache = new LruCache<>(100, CacheLevel.FOREVER);
        int threads = 4;
        CountDownLatch wrong = new CountDownLatch(1);
        List<Thread> running = new ArrayList<>();
        for (int t = 0; t < threads; t++) {
            Random random = new Random(t);
            Thread thread = new Thread(() -> {
                for (int i = 0; i < 50_000; i++) {
                    int key = random.nextInt(200);
                    Integer found = cache.get(key);
                    if (found != null && found % 1_000 != key) {
                        wrong.countDown();
                    }
                    if (random.nextInt(4) == 0) {
                        cache.set(key, 1_000 * i + key);
                    } else if (random.nextInt(20) == 0) {
                        cache.delete(key);
                    }
                }
            });
            thread.start();
            running.add(thread);
        }
        for (Thread thread : running) {
            thread.join();
        }
        assertThat(wrong.getCount()).isEqualTo(1);
        long entries = cache.statistics().entries();
        assertThat(entries).isLessThanOrEqualTo(100);
        int found = 0;
        for (int key = 0; key < 200; key++) {
            found += cache.get(key) == null ? 0 : 1;
        }
        assertThat(found).isEqualTo((int) entries);
    }
}
