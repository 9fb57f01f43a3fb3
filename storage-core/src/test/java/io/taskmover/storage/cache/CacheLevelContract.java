package io.taskmover.storage.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;

/** What each level does, whatever it drives out first. */
abstract class CacheLevelContract {
    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5_000_000_000L); // it wraps around soon
    private final List<String> evicted = new ArrayList<>();

    /** A level whose entries weigh as much as their texts are long, or what {@link #weightOfThree} says. */
    abstract CacheLevel<String, String> ofWeight(long bound, Duration ttl, LongSupplier ticker);

    /** What an entry of three characters weighs. */
    long weightOfThree() {
        return 3;
    }

    /** The least that a level can be bound to and hold some of those. */
    long smallBound() {
        return 10;
    }

    final CacheLevel<String, String> ofWeight(long bound, Duration ttl) {
        CacheLevel<String, String> level = ofWeight(bound, ttl, nanos::get);
        level.onEviction((key, entry) -> {
            synchronized (evicted) {
                evicted.add(key);
            }
        });
        return level;
    }

    final void pass(Duration time) {
        nanos.addAndGet(time.toNanos());
    }

    @Test
    void whatWasSetLastIsThereUntilItIsDeleted() {
        CacheLevel<String, String> level = ofWeight(100, CacheLevel.FOREVER);
        assertThat(level.get("a")).isNull();
        level.set("a", "x");
        level.set("a", "y");
        assertThat(level.get("a")).isEqualTo("y");
        assertThat(level.delete("a")).isTrue();
        assertThat(level.delete("a")).isFalse();
        assertThat(level.get("a")).isNull();
        level.set("a", "z");
        level.set("b", "z");
        level.clear();
        assertThat(level.get("a")).isNull();
        assertThat(level.get("b")).isNull();
        assertThat(evicted).isEmpty();
    }

    @Test
    void aValueLivesAsLongAsItWasSetTo() {
        CacheLevel<String, String> level = ofWeight(100, Duration.ofSeconds(10));
        level.set("default", "x");
        level.set("short", "x", Duration.ofSeconds(1));
        level.set("forever", "x", CacheLevel.FOREVER);
        pass(Duration.ofMillis(999));
        assertThat(level.entry("short")).isEqualTo(new CacheEntry<>("x", Duration.ofMillis(1)));
        pass(Duration.ofMillis(1));
        assertThat(level.entry("short")).isNull();
        assertThat(level.delete("short")).isFalse();
        assertThat(level.entry("default")).isEqualTo(new CacheEntry<>("x", Duration.ofSeconds(9)));
        pass(Duration.ofSeconds(9));
        assertThat(level.delete("default")).isFalse();
        pass(Duration.ofDays(40_000));
        assertThat(level.entry("forever")).isEqualTo(new CacheEntry<>("x", CacheLevel.FOREVER));
        assertThat(evicted).isEmpty();
    }

    @Test
    void theWeightIsBoundAndTheListenerToldWhatGoes() {
        long bound = smallBound();
        CacheLevel<String, String> level = ofWeight(bound, CacheLevel.FOREVER);
        int many = 30 * (int) (bound / weightOfThree());
        for (int i = 0; i < many; i++) {
            level.set("k" + i, "xxx");
        }
        CacheStatistics counted = level.statistics();
        assertThat(counted.bytes()).isLessThanOrEqualTo(bound);
        assertThat(counted.entries()).isBetween(1L, bound / weightOfThree());
        assertThat(counted.evictions()).isEqualTo(many - counted.entries());
        synchronized (evicted) {
            assertThat(evicted).hasSize((int) counted.evictions());
        }
        level.set("heavy", "x".repeat((int) bound + 1));
        assertThat(level.statistics().bytes()).isLessThanOrEqualTo(bound);
        assertThat(level.get("heavy")).isNull();
    }

    @Test
    void hitsAndMissesAreCounted() {
        CacheLevel<String, String> level = ofWeight(10, Duration.ofSeconds(1));
        level.get("a");
        level.set("a", "x");
        level.get("a");
        level.entry("a");
        pass(Duration.ofSeconds(1));
        level.get("a");
        assertThat(level.statistics().hits()).isEqualTo(2);
        assertThat(level.statistics().misses()).isEqualTo(2);
        assertThat(level.statistics().hitRate()).isEqualTo(0.5);
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThatThrownBy(() -> ofWeight(0, CacheLevel.FOREVER, nanos::get))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> ofWeight(1, Duration.ofNanos(-1), nanos::get))
                .isInstanceOf(IllegalArgumentException.class);
        CacheLevel<String, String> level = ofWeight(4, Duration.ofSeconds(1));
        assertThatThrownBy(() -> level.set("a", "x", Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> level.onEviction((key, entry) -> {})).isInstanceOf(IllegalStateException.class);
    }
}
