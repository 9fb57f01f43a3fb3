package io.taskmover.storage.testkit;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.history.AsOfTransaction;
import io.taskmover.storage.history.RowHistory;
import io.taskmover.storage.history.RowVersion;
import io.taskmover.storage.history.VersionedBackend;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** A store that keeps versions of rows, by a clock of its own, and the same store below the versions. */
final class VersionedStore implements AutoCloseable {
    private final ManualClock clock = new ManualClock();
    private final StorageBackend below;
    private final StorageBackend backend;

    VersionedStore(BackendUnderTest subject, UnaryOperator<StorageConfig.Builder> options) {
        StorageConfig config = options.apply(
                        subject.newConfig().versioningEnabled(true).clock(clock))
                .build();
        this.below = StorageBackend.open(config);
        this.backend = VersionedBackend.over(below, config);
    }

    static VersionedStore of(BackendUnderTest subject) {
        return new VersionedStore(subject, config -> config);
    }

    StorageBackend backend() {
        return backend;
    }

    /** What goes past the versions. */
    StorageBackend below() {
        return below;
    }

    Instant now() {
        return clock.instant();
    }

    /** Lets a second pass, and returns the moment in its middle. */
    Instant tick() {
        Instant between = clock.move(Duration.ofMillis(500));
        clock.move(Duration.ofMillis(500));
        return between;
    }

    void moveClock(Duration step) {
        clock.move(step);
    }

    TestTable table(String name, UnaryOperator<TableSchema.Builder> columns) {
        return TestTable.create(
                backend, columns.apply(TableSchema.builder(name)).build());
    }

    List<RowVersion> versions(String table, Object id) {
        try (BackendTransaction reading = backend.begin(TransactionOptions.READ_ONLY)) {
            return new RowHistory(reading, table).versions(id);
        }
    }

    Optional<Row> find(String table, Object id, Instant moment) {
        try (BackendTransaction reading = backend.begin(TransactionOptions.READ_ONLY)) {
            return new AsOfTransaction(reading, moment).find(table, id);
        }
    }

    List<Row> rows(Select select, Instant moment) {
        try (BackendTransaction reading = backend.begin(TransactionOptions.READ_ONLY)) {
            return TestTable.rows(new AsOfTransaction(reading, moment), select);
        }
    }

    long count(Select select, Instant moment) {
        try (BackendTransaction reading = backend.begin(TransactionOptions.READ_ONLY)) {
            return new AsOfTransaction(reading, moment).count(select);
        }
    }

    void save(TestTable table, Row row) {
        backend.write(table.name(), WriteMode.UPSERT, List.of(row));
    }

    @Override
    public void close() {
        backend.close();
    }
}
