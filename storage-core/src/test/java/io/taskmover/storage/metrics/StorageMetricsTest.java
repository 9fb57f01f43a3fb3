package io.taskmover.storage.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class StorageMetricsTest {
    private final AtomicLong hits = new AtomicLong();
    private final StorageMetrics metrics = StorageMetrics.of(List.of(
            Meter.counter(Metric.CACHE_HITS, hits::get, "rows"),
            Meter.timer(Metric.CACHE_LOADS, () -> 3, () -> TimeUnit.MILLISECONDS.toNanos(1_500), "rows"),
            Meter.gauge(Metric.POOL_MAX, () -> 8)));

    @Test
    void aMeterTellsWhatIsNow() {
        hits.set(7);
        assertThat(metrics.value(Metric.CACHE_HITS, "rows")).isEqualTo(7);
        hits.set(8);
        assertThat(metrics.value(Metric.CACHE_HITS, "rows")).isEqualTo(8);
        assertThat(metrics.value(Metric.CACHE_LOADS, "rows")).isEqualTo(1.5);
        assertThat(metrics.meter(Metric.CACHE_LOADS, "rows").orElseThrow().count())
                .isEqualTo(3);
        assertThat(metrics).hasToString("""
                storage.cache.hits{level=rows} 8
                storage.cache.loads{level=rows} 1.5
                storage.pool.max 8.0""");
    }

    @Test
    void whatIsNotMeasuredIsNotThere() {
        assertThat(metrics.has(Metric.POOL_IDLE)).isFalse();
        assertThat(metrics.meter(Metric.CACHE_HITS, "results")).isEmpty();
        assertThatThrownBy(() -> metrics.value(Metric.POOL_IDLE))
                .isInstanceOf(NoSuchElementException.class)
                .hasMessageContaining("storage.pool.idle");
    }

    @Test
    void aMeterIsOfItsMetricsKindAndHasItsLabels() {
        assertThatThrownBy(() -> Meter.gauge(Metric.CACHE_HITS, () -> 1, "rows"))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Meter.counter(Metric.CACHE_HITS, () -> 1))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void countersGoOnWhenAPartIsReplaced() {
        AtomicLong first = new AtomicLong(5);
        AtomicLong second = new AtomicLong();
        ContinuedMetrics continued = new ContinuedMetrics(part(first));
        assertThat(continued.value(Metric.COMMITS)).isEqualTo(5);
        continued.replace(part(second));
        assertThat(continued.value(Metric.COMMITS)).isEqualTo(5);
        assertThat(continued.value(Metric.MEMORY_ROWS)).isZero();
        second.set(2);
        first.set(99);
        assertThat(continued.value(Metric.COMMITS)).isEqualTo(7);
        assertThat(continued.value(Metric.MEMORY_ROWS)).isEqualTo(2);
        assertThat(continued.value(Metric.CHECKPOINTS)).isEqualTo(7);
        assertThat(continued.meter(Metric.CHECKPOINTS).orElseThrow().count()).isEqualTo(7);
    }

    private static StorageMetrics part(AtomicLong figure) {
        return StorageMetrics.of(List.of(
                Meter.counter(Metric.COMMITS, figure::get),
                Meter.gauge(Metric.MEMORY_ROWS, figure::get),
                Meter.timer(Metric.CHECKPOINTS, figure::get, () -> TimeUnit.SECONDS.toNanos(figure.get()))));
    }
}
