package io.taskmover.storage.metrics;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * One figure of a store, as it is each time that it is read. Reading it takes no longer than a few short locks, and is
 * possible also after the store was closed: counters are what they were then. Thread-safe.
 */
public final class Meter {
    private static final double NANOS = 1e-9;

    private final Metric metric;
    private final Map<String, String> labels;
    private final LongSupplier count;
    private final DoubleSupplier value;

    private Meter(Metric metric, Metric.Kind kind, LongSupplier count, DoubleSupplier value, String[] labels) {
        if (metric.kind() != kind || metric.labels().size() != labels.length) {
            throw new IllegalArgumentException(metric.title() + " is a " + metric.kind() + " with the labels "
                    + metric.labels() + ", not a " + kind + " with " + List.of(labels));
        }
        Map<String, String> named = new LinkedHashMap<>();
        for (int i = 0; i < labels.length; i++) {
            named.put(metric.labels().get(i), labels[i]);
        }
        this.metric = metric;
        this.labels = Collections.unmodifiableMap(named);
        this.count = count;
        this.value = value;
    }

    /**
     * @param count only grows
     * @param labels a value for each of the metric's labels
     */
    public static Meter counter(Metric metric, LongSupplier count, String... labels) {
        return new Meter(metric, Metric.Kind.COUNTER, count, count::getAsLong, labels);
    }

    /** @param value in the metric's unit */
    public static Meter gauge(Metric metric, DoubleSupplier value, String... labels) {
        return new Meter(metric, Metric.Kind.GAUGE, () -> (long) value.getAsDouble(), value, labels);
    }

    /**
     * @param count how often it was done
     * @param nanos how many nanoseconds that took in all
     */
    public static Meter timer(Metric metric, LongSupplier count, LongSupplier nanos, String... labels) {
        return new Meter(metric, Metric.Kind.TIMER, count, () -> nanos.getAsLong() * NANOS, labels);
    }

    public Metric metric() {
        return metric;
    }

    /** The values of the metric's labels by their names, in their order. */
    public Map<String, String> labels() {
        return labels;
    }

    /** The value of a counter or gauge in its unit; of a timer how many seconds it took in all. */
    public double value() {
        return value.getAsDouble();
    }

    /** The value of a counter; of a timer how often it was done; of a gauge its value without a fraction. */
    public long count() {
        return count.getAsLong();
    }

    /** Its name, with labels if it has some: {@code storage.cache.hits{level=rows}}. */
    public String title() {
        return metric.title()
                + (labels.isEmpty()
                        ? ""
                        : labels.entrySet().stream()
                                .map(label -> label.getKey() + "=" + label.getValue())
                                .collect(Collectors.joining(",", "{", "}")));
    }

    /** Its name and what it is now. */
    @Override
    public String toString() {
        return title() + " "
                + (metric.kind() == Metric.Kind.COUNTER ? String.valueOf(count()) : String.valueOf(value()));
    }
}
