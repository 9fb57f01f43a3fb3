package io.taskmover.storage.metrics;

import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * The metrics of a store whose parts are replaced while it is open: counters go on from where the former parts' were,
 * gauges are those of the latest. Of metrics without labels. Thread-safe.
 */
public final class ContinuedMetrics implements StorageMetrics {
    private static final double NANOS = 1e9;

    private final List<Meter> meters;
    // guarded by this: who could read a counter while it is handed over could see it go back
    private final Map<Metric, Meter> latest = new EnumMap<>(Metric.class);
    private final Map<Metric, Long> formerCounts = new EnumMap<>(Metric.class);
    private final Map<Metric, Double> formerSeconds = new EnumMap<>(Metric.class);

    /** @param first what the first parts measure; those that follow measure the same */
    public ContinuedMetrics(StorageMetrics first) {
        first.meters().forEach(meter -> latest.put(meter.metric(), meter));
        meters = latest.keySet().stream().map(this::continued).toList();
    }

    private Meter continued(Metric metric) {
        return switch (metric.kind()) {
            case COUNTER -> Meter.counter(metric, () -> count(metric));
            case GAUGE -> Meter.gauge(metric, () -> value(metric));
            case TIMER -> Meter.timer(metric, () -> count(metric), () -> (long) (value(metric) * NANOS));
        };
    }

    private synchronized long count(Metric metric) {
        return formerCounts.getOrDefault(metric, 0L) + require(metric).count();
    }

    private synchronized double value(Metric metric) {
        return formerSeconds.getOrDefault(metric, 0.0) + require(metric).value();
    }

    private Meter require(Metric metric) {
        Meter meter = latest.get(metric);
        if (meter == null) {
            throw new IllegalStateException("What replaced a part of the store does not measure " + metric.title());
        }
        return meter;
    }

    /**
     * Goes on with what other parts measure. The former ones are not asked any more.
     *
     * @param next what they measure since they are there
     */
    public synchronized void replace(StorageMetrics next) {
        for (Meter meter : latest.values()) {
            Metric metric = meter.metric();
            if (metric.kind() != Metric.Kind.GAUGE) {
                formerCounts.merge(metric, meter.count(), Long::sum);
            }
            if (metric.kind() == Metric.Kind.TIMER) {
                formerSeconds.merge(metric, meter.value(), Double::sum);
            }
        }
        next.meters().forEach(meter -> latest.put(meter.metric(), meter));
    }

    @Override
    public List<Meter> meters() {
        return meters;
    }
}
