package io.taskmover.storage.cache;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

class LruCacheTest extends CacheLevelContract {
    private final AtomicLong nanos = new AtomicLong();
    private final List<String> evicted = new ArrayList<>();

    @Override
    CacheLevel<String, String> ofWeight(long bound, Duration ttl, LongSupplier ticker) {
        return new LruCache<>(bound, (key, value) -> value.length(), ttl, ticker);
    }

    private LruCache<String, String> ofBytes(long bytes, Duration ttl) {
        LruCache<String, String> cache = new LruCache<>(bytes, (key, value) -> value.length(), ttl, nanos::get);
        cache.onEviction((key, entry) -> evicted.add(key + "=" + entry.value() + " " + entry.remaining()));
        return cache;
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
    void whatIsHeavyDrivesOutWhatIsOld() {
        LruCache<String, String> cache = ofBytes(10, Duration.ofSeconds(10));
        cache.set("a", "xxxx");
        cache.set("b", "xxxx");
        nanos.addAndGet(1_000_000_000);
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
        nanos.addAndGet(1_000_000_000);
        cache.set("b", "xxxx");
        assertThat(evicted).isEmpty();
        assertThat(cache.get("b")).isEqualTo("xxxx");
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
