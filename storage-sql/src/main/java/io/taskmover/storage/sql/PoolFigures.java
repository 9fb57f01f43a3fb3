package io.taskmover.storage.sql;

import com.zaxxer.hikari.HikariDataSource;
import com.zaxxer.hikari.HikariPoolMXBean;
import io.taskmover.storage.metrics.Meter;
import io.taskmover.storage.metrics.Metric;
import io.taskmover.storage.metrics.StorageMetrics;
import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A pool of connections at a moment.
 *
 * @param active connections in use
 * @param idle connections that wait to be used
 * @param waiting threads that wait for one
 * @param max the most connections that there can be
 */
record PoolFigures(int active, int idle, int waiting, int max) {

    static PoolFigures of(HikariDataSource pool) {
        HikariPoolMXBean now = pool.getHikariPoolMXBean();
        return new PoolFigures(
                now.getActiveConnections(),
                now.getIdleConnections(),
                now.getThreadsAwaitingConnection(),
                pool.getMaximumPoolSize());
    }

    /** @param pool gives a figure of the pool as it is when it is asked; 0 once there is none */
    static StorageMetrics metrics(ToDoubleFunction<ToDoubleFunction<PoolFigures>> pool) {
        return StorageMetrics.of(List.of(
                Meter.gauge(Metric.POOL_ACTIVE, () -> pool.applyAsDouble(PoolFigures::active)),
                Meter.gauge(Metric.POOL_IDLE, () -> pool.applyAsDouble(PoolFigures::idle)),
                Meter.gauge(Metric.POOL_WAITING, () -> pool.applyAsDouble(PoolFigures::waiting)),
                Meter.gauge(Metric.POOL_MAX, () -> pool.applyAsDouble(PoolFigures::max))));
    }
}
