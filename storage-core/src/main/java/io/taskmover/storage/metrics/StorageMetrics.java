package io.taskmover.storage.metrics;

import java.util.ArrayList;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a store measures. To be read at any time, by any thread, also after the store was closed. What a store does not
 * measure is not among its meters: there is none that is always 0.
 */
public interface StorageMetrics {
    /** Of a store that measures nothing. */
    StorageMetrics NONE = of(List.of());

    /** All that there is: the same meters each time, as long as the store is open, and no two of the same name and labels. */
    List<Meter> meters();

    /** These meters, printed one a line by {@link Object#toString}. */
    static StorageMetrics of(List<Meter> meters) {
        List<Meter> all = List.copyOf(meters);
        return new StorageMetrics() {
            @Override
            public List<Meter> meters() {
                return all;
            }

            @Override
            public String toString() {
                return all.stream().map(Meter::toString).collect(Collectors.joining("\n"));
            }
        };
    }

    /** These and those of another one. */
    default StorageMetrics and(StorageMetrics others) {
        List<Meter> all = new ArrayList<>(meters());
        all.addAll(others.meters());
        return of(all);
    }

    /** Whether there is a meter of it. */
    default boolean has(Metric metric) {
        return meters().stream().anyMatch(meter -> meter.metric() == metric);
    }

    /**
     * What a metric is now.
     *
     * @param labels a value for each of its labels
     * @throws NoSuchElementException if the store does not measure it
     */
    default double value(Metric metric, String... labels) {
        return meter(metric, labels)
                .orElseThrow(
                        () -> new NoSuchElementException("This store has no " + metric.title() + " " + List.of(labels)))
                .value();
    }

    /**
     * The meter of a metric; empty if the store does not measure it.
     *
     * @param labels a value for each of its labels
     */
    default Optional<Meter> meter(Metric metric, String... labels) {
        List<String> wanted = List.of(labels);
        return meters().stream()
                .filter(meter -> meter.metric() == metric)
                .filter(meter -> List.copyOf(meter.labels().values()).equals(wanted))
                .findFirst();
    }
}
