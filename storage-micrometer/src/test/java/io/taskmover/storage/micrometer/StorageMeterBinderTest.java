package io.taskmover.storage.micrometer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.taskmover.storage.Repository;
import io.taskmover.storage.Storage;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.metrics.Meter;
import io.taskmover.storage.metrics.Metric;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StorageMeterBinderTest {
    @TempDir
    Path directory;

    /** Public, so that it needs not be opened. */
    public record Note(String id, long n) {}

    private static void work(Storage storage) {
        Repository<Note, String> notes = storage.repository(Note.class, String.class);
        notes.insert(new Note("a", 1));
        notes.insert(new Note("b", 2));
        assertThatThrownBy(() -> notes.insert(new Note("a", 3))).isInstanceOf(DuplicateKeyException.class);
        assertThat(notes.findById("a")).isPresent();
        assertThat(notes.findAll()).hasSize(2);
    }

    private static double operations(MeterRegistry registry, String store, String operation, String outcome) {
        return registry.get("storage.operations")
                .tags("store", store, "operation", operation, "outcome", outcome)
                .functionCounter()
                .count();
    }

    @Test
    void aRegistryShowsWhatTheStoreCounts() {
        MeterRegistry registry = new SimpleMeterRegistry();
        try (Storage storage = Storage.open("file:" + directory + "?cache=true&latencies=true");
                StorageMeterBinder binder = new StorageMeterBinder(storage, "notes")) {
            binder.bindTo(registry);
            work(storage);
            assertThat(operations(registry, "notes", "insert", "success")).isEqualTo(2);
            assertThat(operations(registry, "notes", "insert", "error")).isEqualTo(1);
            var finds = registry.get("storage.operation.time")
                    .tags("operation", "find", "scheme", "file")
                    .functionTimer();
            assertThat(finds.count()).isEqualTo(1);
            assertThat(finds.totalTime(TimeUnit.NANOSECONDS)).isPositive();
            assertThat(registry.get("storage.operation.time.max")
                            .tags("operation", "find")
                            .timeGauge()
                            .value(TimeUnit.NANOSECONDS))
                    .isPositive();
            assertThat(registry.get("storage.memory.budget").gauge().value()).isPositive();
            assertThat(registry.get("storage.journal.bytes").functionCounter().count())
                    .isPositive();
            assertThat(registry.get("storage.cache.misses")
                            .tags("level", "rows")
                            .functionCounter()
                            .count())
                    .isEqualTo(1);
            assertThat(registry.getMeters()).hasSameSizeAs(storage.metrics().meters());
        }
        assertThat(registry.getMeters()).isEmpty();
    }

    /** Every name and tag as Prometheus has them; two stores beside each other. */
    @Test
    void prometheusScrapesTheMetersOfTwoStores() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        try (Storage one = Storage.open("memory:?latencies=true");
                StorageMeterBinder first = new StorageMeterBinder(one, "one")) {
            first.bindTo(registry);
            try (Storage two = Storage.open("memory:?latencies=true");
                    StorageMeterBinder second = new StorageMeterBinder(two, "two")) {
                second.bindTo(registry);
                work(one);
                String page = registry.scrape();
                assertThat(page.lines())
                        .contains(
                                "storage_operations_total{operation=\"insert\",outcome=\"success\",scheme=\"memory\",store=\"one\"} 2.0",
                                "storage_operations_total{operation=\"insert\",outcome=\"success\",scheme=\"memory\",store=\"two\"} 0.0",
                                "storage_rows_read_total{scheme=\"memory\",store=\"one\"} 3.0",
                                "storage_transactions_open{scheme=\"memory\",store=\"one\"} 0.0",
                                "storage_operation_time_seconds_count{operation=\"insert\",scheme=\"memory\",store=\"one\"} 3");
                assertThat(page)
                        .contains("storage_operation_time_seconds_sum{operation=\"insert\"")
                        .contains("storage_operation_time_max_seconds{operation=\"insert\"")
                        .contains("# HELP storage_rows_read_total " + Metric.ROWS_READ.description());
            }
            assertThat(registry.scrape()).contains("store=\"one\"").doesNotContain("store=\"two\"");
        }
        assertThat(registry.scrape()).doesNotContain("storage_");
    }

    @Test
    void bindingTwiceIsBindingOnceAndRegistriesAreApart() {
        MeterRegistry first = new SimpleMeterRegistry();
        MeterRegistry second = new SimpleMeterRegistry();
        try (Storage storage = Storage.open("memory:");
                StorageMeterBinder binder = new StorageMeterBinder(storage, "m")) {
            binder.bindTo(first);
            binder.bindTo(first);
            binder.bindTo(second);
            assertThat(first.getMeters()).hasSameSizeAs(second.getMeters());
            first.clear();
            assertThat(second.getMeters()).isNotEmpty();
        }
        assertThat(second.getMeters()).isEmpty();
    }

    /** Which tables and ids a store has is not to be seen from how many meters there are. */
    @Test
    void theNumberOfMetersIsKnownFromTheBeginning() {
        MeterRegistry registry = new SimpleMeterRegistry();
        try (Storage storage = Storage.open("memory:?cache=true&slowQuery=1h");
                StorageMeterBinder binder = new StorageMeterBinder(storage, "m")) {
            binder.bindTo(registry);
            int before = registry.getMeters().size();
            work(storage);
            assertThat(registry.getMeters()).hasSize(before);
            Set<String> tags = new HashSet<>();
            registry.getMeters().forEach(meter -> meter.getId().getTags().forEach(tag -> tags.add(tag.getKey())));
            assertThat(tags).containsExactlyInAnyOrder("store", "scheme", "operation", "outcome", "level");
        }
    }

    @Test
    void aBackendWithoutStorageHasItsOwnMeters() {
        MeterRegistry registry = new SimpleMeterRegistry();
        try (StorageBackend backend = StorageBackend.open(StorageConfig.of("memory:"));
                StorageMeterBinder binder = new StorageMeterBinder(backend.metrics(), Tags.of("store", "bare"))) {
            binder.bindTo(registry);
            List<String> names = registry.getMeters().stream()
                    .map(meter -> meter.getId().getName())
                    .toList();
            assertThat(names)
                    .containsExactlyElementsOf(backend.metrics().meters().stream()
                            .map(Meter::metric)
                            .map(Metric::title)
                            .toList())
                    .containsExactly("storage.commits");
        }
    }
}
