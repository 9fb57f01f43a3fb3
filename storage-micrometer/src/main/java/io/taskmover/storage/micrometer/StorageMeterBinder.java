package io.taskmover.storage.micrometer;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tag;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.TimeGauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.taskmover.storage.Storage;
import io.taskmover.storage.metrics.Meter;
import io.taskmover.storage.metrics.Metric;
import io.taskmover.storage.metrics.StorageMetrics;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Registers what a store measures with registries of Micrometer, under the names of {@link Metric}, with its labels as tags.
 * Each store gets tags of its own; how many meters there are is known from the beginning, and no table or id is ever a tag.
 *
 * <pre>{@code
 * try (Storage storage = Storage.open("file:./data?latencies=true");
 *         StorageMeterBinder meters = new StorageMeterBinder(storage, "orders")) {
 *     meters.bindTo(registry);
 * }
 * }</pre>
 *
 * <p>A registry reads figures when it publishes, and keeps no store alive. {@link #close} takes the meters out again; to be
 * closed before its store, as one that is declared after it is. Thread-safe.
 */
public final class StorageMeterBinder implements MeterBinder, AutoCloseable {
    private final StorageMetrics metrics;
    private final Tags tags;
    private final List<Bound> bound = new ArrayList<>();

    /** A meter in a registry. */
    private record Bound(MeterRegistry registry, io.micrometer.core.instrument.Meter meter) {}

    /**
     * @param store what the store is called in this program: the tag {@code store}, beside which {@code scheme} tells its kind,
     *     {@code file} or {@code postgresql} for example
     */
    public StorageMeterBinder(Storage storage, String store) {
        this(
                storage.metrics(),
                Tags.of("store", store, "scheme", storage.config().scheme()));
    }

    /**
     * Of a store without {@link Storage}, with tags of one's own.
     *
     * @param tags what tells it from other stores in the same registry
     */
    public StorageMeterBinder(StorageMetrics metrics, Iterable<Tag> tags) {
        this.metrics = metrics;
        this.tags = Tags.of(tags);
    }

    /** Registers all that there is; a registry that has it already is left as it is. */
    @Override
    public synchronized void bindTo(MeterRegistry registry) {
        if (bound.stream().anyMatch(one -> one.registry() == registry)) {
            return;
        }
        for (Meter meter : metrics.meters()) {
            bound.add(new Bound(registry, register(meter, registry)));
        }
    }

    private io.micrometer.core.instrument.Meter register(Meter meter, MeterRegistry registry) {
        Metric metric = meter.metric();
        List<Tag> own = new ArrayList<>();
        meter.labels().forEach((name, value) -> own.add(Tag.of(name, value)));
        Tags all = tags.and(own);
        return switch (metric.kind()) {
            case COUNTER -> {
                FunctionCounter.Builder<Meter> counter = FunctionCounter.builder(metric.title(), meter, Meter::value)
                        .tags(all)
                        .description(metric.description());
                yield (metric.unit() == Metric.Unit.BYTES ? counter.baseUnit("bytes") : counter).register(registry);
            }
            case TIMER ->
                FunctionTimer.builder(metric.title(), meter, Meter::count, Meter::value, TimeUnit.SECONDS)
                        .tags(all)
                        .description(metric.description())
                        .register(registry);
            case GAUGE -> gauge(meter, all, registry);
        };
    }

    private static io.micrometer.core.instrument.Meter gauge(Meter meter, Tags tags, MeterRegistry registry) {
        Metric metric = meter.metric();
        if (metric.unit() == Metric.Unit.SECONDS) {
            return TimeGauge.builder(metric.title(), meter, TimeUnit.SECONDS, Meter::value)
                    .tags(tags)
                    .description(metric.description())
                    .register(registry);
        }
        // other units say no more than the name, and some registries would add them to it
        Gauge.Builder<Meter> gauge =
                Gauge.builder(metric.title(), meter, Meter::value).tags(tags).description(metric.description());
        return (metric.unit() == Metric.Unit.BYTES ? gauge.baseUnit("bytes") : gauge).register(registry);
    }

    /** Takes the meters out of all registries that they were bound to. Closing twice does nothing. */
    @Override
    public synchronized void close() {
        bound.forEach(one -> one.registry().remove(one.meter()));
        bound.clear();
    }
}
