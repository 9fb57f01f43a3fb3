package io.taskmover.storage.migration;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.backend.Catalog;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.LockedException;
import io.taskmover.storage.error.MigrationException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Takes one migration forward or back, from wherever it is to the end.
 *
 * <p>A transaction goes on over as many steps as it can: it ends with the migration, or when it has gone through as many rows
 * as a batch has, or, where definitions commit by themselves, behind each of them. How far the migration is stands in the
 * {@link History}, written by the same transaction. So a small one is one transaction, and of a large one every row is changed
 * once, however often it is cut off.
 */
final class MigrationRun {
    /** How often a transaction is tried again that others were in the way of. */
    private static final int MAX_ATTEMPTS = 100;

    // how long it takes depends on the amount of data, and the store's timeout is for single operations
    private static final TransactionOptions PATIENT = TransactionOptions.DEFAULT.withTimeout(Duration.ofDays(1));

    private final StorageBackend backend;
    private final Lease lease;
    private final Clock clock;
    private final String who;
    private final int batchRows;
    private final boolean transactional;

    MigrationRun(StorageBackend backend, Lease lease, Clock clock, String who, int batchRows) {
        this.backend = backend;
        this.lease = lease;
        this.clock = clock;
        this.who = who;
        this.batchRows = batchRows;
        this.transactional = backend.capabilities().has(Feature.TRANSACTIONAL_DDL);
    }

    /** Where a run is going. */
    private enum Direction {
        FORWARD(HistoryEntry.State.APPLYING, HistoryEntry.State.APPLIED),
        BACK(HistoryEntry.State.ROLLING_BACK, HistoryEntry.State.ROLLED_BACK);

        private final HistoryEntry.State underWay;
        private final HistoryEntry.State end;

        Direction(HistoryEntry.State underWay, HistoryEntry.State end) {
            this.underWay = underWay;
            this.end = end;
        }
    }

    /** @throws MigrationException if it fails; it stands where it was then, or on the way */
    void apply(Migration migration) {
        run(migration, Direction.FORWARD);
    }

    /** @throws MigrationException if it fails; it is applied then, or on the way back */
    void rollBack(Migration migration) {
        run(migration, Direction.BACK);
    }

    private void run(Migration migration, Direction direction) {
        int attempts = 0;
        boolean ended = false;
        while (!ended) {
            try {
                ended = advance(migration, direction);
                attempts = 0;
            } catch (ConflictException e) {
                attempts++;
                if (attempts == MAX_ATTEMPTS) {
                    throw failed(migration, direction, e);
                }
            } catch (LockedException e) {
                throw e; // it is another process's now
            } catch (StorageException | IllegalArgumentException e) {
                throw failed(migration, direction, e);
            }
        }
    }

    /** Runs one transaction. Returns whether the migration has come to its end. */
    private boolean advance(Migration migration, Direction direction) {
        try (BackendTransaction transaction = backend.begin(PATIENT)) {
            lease.fence(transaction);
            HistoryEntry entry = entry(transaction, migration, direction);
            if (entry.state() == direction.end) {
                return true;
            }
            Course course = direction == Direction.FORWARD
                    ? Course.forward(migration, entry.before())
                    : Course.back(migration, entry.before());
            int rows = 0;
            while (entry.step() < course.length() && rows < batchRows) {
                Step step = course.stop(entry.step()).step();
                if (step instanceof Step.Batches batches) {
                    List<Row> batch = KeyOrder.read(transaction, batches.source(), entry.position(), batchRows - rows);
                    if (!batch.isEmpty()) {
                        batches.work().process(transaction, batch);
                    }
                    boolean last = batch.size() < batchRows - rows;
                    rows += batch.size();
                    entry = last ? entry.next() : entry.at(position(batches.source(), batch));
                } else if (transactional) {
                    make(transaction, step);
                    entry = entry.next();
                } else {
                    makeAtOnce(transaction, step, entry);
                    entry = entry.next();
                    // what follows is another transaction
                    lease.fence(transaction);
                    rows = batchRows;
                }
            }
            boolean ended = entry.step() == course.length();
            History.save(transaction, ended ? entry.ended(direction.end, clock.instant()) : entry);
            transaction.commit();
            return ended;
        }
    }

    private static List<String> position(TableSchema source, List<Row> batch) {
        return KeyOrder.position(source, batch.get(batch.size() - 1));
    }

    /** The entry to go on from, which stands at the first step if the direction is a new one. */
    private HistoryEntry entry(BackendTransaction transaction, Migration migration, Direction direction) {
        Optional<HistoryEntry> found = History.find(transaction, migration.version());
        if (found.isPresent()) {
            HistoryEntry entry = found.get();
            boolean goesOn = entry.state() == direction.end
                    || (entry.state() == direction.underWay
                            && !(direction == Direction.FORWARD && entry.isUntouched()));
            if (goesOn) {
                return entry;
            }
            if (direction == Direction.BACK) {
                return entry.started(direction.underWay, who, clock.instant());
            }
        }
        return first(transaction, migration, found, null);
    }

    /** @param former what is remembered of the same migration, under the version as it was written then */
    private HistoryEntry first(
            BackendTransaction transaction,
            Migration migration,
            Optional<HistoryEntry> former,
            @Nullable String error) {
        Catalog catalog = transaction.catalog();
        List<TableSchema> before = new ArrayList<>();
        for (Change change : migration.changes()) {
            for (String table : change.tables()) {
                catalog.table(table).ifPresent(before::add);
            }
        }
        return new HistoryEntry(
                former.map(HistoryEntry::version).orElse(migration.version()),
                migration.description(),
                migration.checksum(),
                HistoryEntry.State.APPLYING,
                0,
                false,
                null,
                Schemas.of(before),
                who,
                clock.instant(),
                0,
                error);
    }

    private static void make(BackendTransaction transaction, Step step) {
        if (step instanceof Step.Definition definition) {
            definition.make().accept(transaction.catalog());
        } else if (step instanceof Step.Sql sql) {
            try (RowCursor rows = transaction.executeSql(sql.statement(), List.of())) {
                rows.forEachRemaining(row -> {});
            }
        } else {
            throw new AssertionError(step);
        }
    }

    /**
     * Makes a definition in a database that commits it by itself, and all that the transaction did before with it: so that is
     * first written down, and that the definition is under way. Found under way already, it is made only if it cannot be seen.
     */
    private static void makeAtOnce(BackendTransaction transaction, Step step, HistoryEntry entry) {
        if (!entry.begun()) {
            History.save(transaction, entry.begin());
            make(transaction, step);
        } else if (!(step instanceof Step.Definition definition)) {
            make(transaction, step);
        } else if (!definition.isMade().test(transaction.catalog())) {
            definition.makeAgain().accept(transaction.catalog());
        }
    }

    private MigrationException failed(Migration migration, Direction direction, RuntimeException cause) {
        String verb = direction == Direction.FORWARD ? "applied" : "rolled back";
        String again = direction == Direction.FORWARD ? "apply" : "roll it back";
        String reason = Objects.requireNonNullElse(cause.getMessage(), cause.toString());
        MigrationException failure = new MigrationException(
                "Migration " + migration + " could not be " + verb + ": " + reason
                        + (reason.endsWith(".") ? "" : ".")
                        + " What was committed of it is kept: when the reason is gone, "
                        + again + " again, and it goes on from there",
                cause);
        try (BackendTransaction transaction = backend.begin(TransactionOptions.DEFAULT)) {
            lease.fence(transaction);
            Optional<HistoryEntry> found = History.find(transaction, migration.version());
            if (found.isPresent() && found.get().state() == direction.underWay) {
                History.save(transaction, found.get().failed(reason));
            } else if (direction == Direction.FORWARD) {
                History.save(transaction, first(transaction, migration, found, reason));
            }
            transaction.commit();
        } catch (StorageException e) {
            failure.addSuppressed(e);
        }
        return failure;
    }
}
