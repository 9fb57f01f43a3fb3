package io.taskmover.storage.migration;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Catalog;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backup.StoreBackup;
import io.taskmover.storage.error.MigrationException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Brings the tables of a store, and the data in them, from version to version.
 *
 * <pre>{@code
 * MigrationManager migrations = new MigrationManager(storage.backend())
 *         .register(new CreateTableMigration("001", USERS))
 *         .register(new AddColumnMigration("002", "users", Column.of("email", DataType.TEXT)));
 * System.out.print(migrations.plan());
 * migrations.apply();
 * }</pre>
 *
 * <p>Any number of processes may apply the same migrations to the same store at once: one does, under a lease, and the others wait
 * and find it done. A process that dies leaves nothing behind that others would have to wait for longer than the lease's duration,
 * and the next {@link #apply} goes on from where it was. What was applied stands in the table {@code _migrations}.
 *
 * <p>Settings and migrations are given first; from then on it can be used by any number of threads.
 */
public final class MigrationManager {
    /** How many rows one transaction goes through. */
    public static final int BATCH_ROWS = 1_000;
    /** How long a process may show no sign of life until another takes over. */
    public static final Duration LEASE_DURATION = Duration.ofSeconds(10);
    /** How long to wait for another process that is migrating the store. */
    public static final Duration PATIENCE = Duration.ofMinutes(10);

    private final StorageBackend backend;
    private final TreeMap<MigrationVersion, Migration> registered = new TreeMap<>();
    private Clock clock = Clock.systemUTC();
    private Duration leaseDuration = LEASE_DURATION;
    private Duration patience = PATIENCE;
    private int batchRows = BATCH_ROWS;
    private boolean outOfOrder;
    private boolean destructive;
    private @Nullable Consumer<String> backup;

    /** @param backend an open store; it is not closed */
    public MigrationManager(StorageBackend backend) {
        this.backend = backend;
    }

    /** @throws IllegalArgumentException if there is one of this version already */
    public MigrationManager register(Migration migration) {
        Migration other = registered.putIfAbsent(migration.version(), migration);
        if (other != null) {
            throw new IllegalArgumentException("Two migrations have the same version: " + other + " and " + migration);
        }
        return this;
    }

    /** Registers each of them. */
    public MigrationManager registerAll(Collection<? extends Migration> migrations) {
        migrations.forEach(this::register);
        return this;
    }

    /** Whether a migration may be applied though a later one is; it is not unless this says so. */
    public MigrationManager outOfOrder(boolean allowed) {
        outOfOrder = allowed;
        return this;
    }

    /** Whether changes that take values away may be made without a backup; they are not unless this says so. */
    public MigrationManager allowDestructive(boolean allowed) {
        destructive = allowed;
        return this;
    }

    /**
     * How to make a backup of the store. It is made before the first migration of an {@link #apply}, or the first rollback, that
     * takes values away; if it throws, nothing is changed.
     *
     * @param maker is given what is about to happen, in words
     */
    public MigrationManager backupWith(Consumer<String> maker) {
        backup = maker;
        return this;
    }

    /** {@link #backupWith} a {@link StoreBackup} in this file, which is not there yet. */
    public MigrationManager backupTo(Path file) {
        return backupWith(what -> {
            var unused = StoreBackup.at(file).clock(clock).write(backend);
        });
    }

    /** The time of day for what is remembered of migrations. */
    public MigrationManager clock(Clock source) {
        clock = source;
        return this;
    }

    /** How many rows one transaction goes through, {@link #BATCH_ROWS} unless this says otherwise; at least 1. */
    public MigrationManager batchRows(int rows) {
        if (rows < 1) {
            throw new IllegalArgumentException("A batch has at least one row, not " + rows);
        }
        batchRows = rows;
        return this;
    }

    /**
     * How long a process may show no sign of life until another takes over, and how long to wait for one that does. The former
     * should be many times what a pause of a process may last; all that migrate a store should have the same.
     */
    public MigrationManager lease(Duration duration, Duration wait) {
        leaseDuration = duration;
        patience = wait;
        return this;
    }

    /**
     * What {@link #apply} would do now. Changes nothing.
     *
     * @throws MigrationException as {@link #apply} does, and if changes do not fit the tables
     */
    public MigrationPlan plan() {
        NavigableMap<MigrationVersion, HistoryEntry> history = History.read(backend);
        return MigrationPlanner.plan(backend, new MigrationCheck(graph(), history).pending(outOfOrder), history);
    }

    /**
     * Applies what is pending, in order, and first ends what was cut off. What is applied stays so if a later one fails.
     *
     * @return what was applied, in order
     * @throws MigrationException if the migrations do not fit together or do not fit what was applied before, if one has
     *     something left to decide, a {@code todo}, if values would go without a backup, or one of them fails
     * @throws io.taskmover.storage.error.LockedException if another process migrates the store and does not end, or has taken
     *     over
     */
    public List<Migration> apply() {
        MigrationGraph graph = graph();
        List<Migration> first = check(graph).pending(outOfOrder);
        if (first.isEmpty()) {
            return List.of(); // the usual case, for which nobody has to take or wait for anything
        }
        first.forEach(Migration::requireDecided);
        History.createTable(backend);
        try (Lease lease = takeLease()) {
            MigrationRun run = run(lease);
            MigrationCheck check = check(graph);
            check.requireKnown();
            for (HistoryEntry entry : History.read(backend).values()) {
                if (entry.state() == HistoryEntry.State.ROLLING_BACK) {
                    run.rollBack(require(graph, entry.version()));
                }
            }
            List<Migration> pending = check(graph).pending(outOfOrder);
            requireSafe(pending, Migration::isDestructive, "apply");
            pending.forEach(run::apply);
            return pending;
        }
    }

    /**
     * Takes one migration back. To take back one that others depend on, {@link #rollbackTo} the one before it.
     *
     * @throws MigrationException if it is not applied, others that are applied depend on it, it has no way back, values would go
     *     without a backup, or it fails
     * @throws io.taskmover.storage.error.LockedException as {@link #apply}
     */
    public void rollback(String version) {
        MigrationVersion wanted = MigrationVersion.of(version);
        rollBack(each -> each.equals(wanted));
    }

    /**
     * Takes back all migrations that are later than a version, the latest first; of version 0 all.
     *
     * @throws MigrationException as {@link #rollback}
     * @throws io.taskmover.storage.error.LockedException as {@link #apply}
     */
    public void rollbackTo(String version) {
        MigrationVersion last = MigrationVersion.of(version);
        rollBack(each -> each.compareTo(last) > 0);
    }

    private void rollBack(Predicate<MigrationVersion> wanted) {
        MigrationGraph graph = graph();
        History.createTable(backend);
        try (Lease lease = takeLease()) {
            MigrationCheck check = check(graph);
            check.requireKnown();
            List<Migration> chosen = check.toRollBack(wanted);
            requireSafe(chosen, Migration::isDestructiveBack, "roll back");
            chosen.forEach(run(lease)::rollBack);
        }
    }

    private static Migration require(MigrationGraph graph, MigrationVersion version) {
        Migration migration = graph.find(version);
        if (migration == null) {
            throw new MigrationException("There is no migration " + version + " registered");
        }
        return migration;
    }

    /** Each migration that is registered or was run, by version. */
    public List<MigrationStatus> status() {
        return check(graph()).status();
    }

    /** Those that are applied, whether they are registered and as they were or not, by version. */
    public List<MigrationStatus> applied() {
        NavigableMap<MigrationVersion, HistoryEntry> history = History.read(backend);
        return new MigrationCheck(graph(), history)
                .status().stream()
                        .filter(status -> {
                            HistoryEntry entry = history.get(status.version());
                            return entry != null && entry.isApplied();
                        })
                        .toList();
    }

    /**
     * What is still to be applied, in order.
     *
     * @throws MigrationException as {@link #apply}
     */
    public List<Migration> pending() {
        return check(graph()).pending(outOfOrder);
    }

    /**
     * Where the tables that migrations are about are not what these have made of them, a sentence for each difference. What SQL
     * did is not known, and the order of columns does not count.
     */
    public List<String> drift() {
        try (BackendTransaction transaction = backend.begin(TransactionOptions.READ_ONLY)) {
            Catalog catalog = transaction.catalog();
            Schemas live = Schemas.of(catalog.tables().stream()
                    .flatMap(table -> catalog.table(table).stream())
                    .toList());
            return Drift.of(graph(), History.read(transaction), live);
        }
    }

    /**
     * Takes a migration that was changed since it was applied for what was applied: it does the same.
     *
     * @throws MigrationException if it is not registered, or was not run
     */
    public void accept(String version) {
        Migration migration = require(graph(), MigrationVersion.of(version));
        changeHistory(
                version, (transaction, entry) -> History.save(transaction, entry.withChecksum(migration.checksum())));
    }

    /**
     * Removes what is remembered of a migration, and changes nothing else: for one that is not registered any more.
     *
     * @throws MigrationException if it was not run
     */
    public void forget(String version) {
        changeHistory(version, History::remove);
    }

    /** What is done with an entry as a part of a transaction. */
    @FunctionalInterface
    private interface EntryChange {
        void make(BackendTransaction transaction, HistoryEntry entry);
    }

    private void changeHistory(String version, EntryChange change) {
        History.createTable(backend);
        try (Lease lease = takeLease();
                BackendTransaction transaction = backend.begin(TransactionOptions.DEFAULT)) {
            lease.fence(transaction);
            HistoryEntry entry = History.find(transaction, MigrationVersion.of(version))
                    .orElseThrow(() -> new MigrationException("Migration " + version + " was not run in this store"));
            change.make(transaction, entry);
            transaction.commit();
        }
    }

    /**
     * Drops what a migration has set aside, so that it cannot be taken back with its data any more.
     *
     * @return the tables that were dropped
     */
    public List<String> purge(String version) {
        History.createTable(backend);
        String prefix = Site.asidePrefix(MigrationVersion.of(version));
        List<String> dropped = new ArrayList<>();
        try (Lease lease = takeLease()) {
            for (String table : asideTables(prefix)) {
                try (BackendTransaction transaction = backend.begin(TransactionOptions.DEFAULT)) {
                    lease.fence(transaction);
                    transaction.catalog().drop(table);
                    transaction.commit();
                }
                dropped.add(table);
            }
        }
        return dropped;
    }

    private List<String> asideTables(String prefix) {
        try (BackendTransaction transaction = backend.begin(TransactionOptions.READ_ONLY)) {
            return transaction.catalog().tables().stream()
                    .filter(table -> table.startsWith(prefix))
                    .toList();
        }
    }

    private MigrationGraph graph() {
        return MigrationGraph.of(Collections.unmodifiableCollection(registered.values()));
    }

    private MigrationCheck check(MigrationGraph graph) {
        return new MigrationCheck(graph, History.read(backend));
    }

    private Lease takeLease() {
        return Lease.take(backend, who(), leaseDuration, patience);
    }

    private MigrationRun run(Lease lease) {
        return new MigrationRun(backend, lease, clock, who(), batchRows);
    }

    private void requireSafe(List<Migration> migrations, Predicate<Migration> takesAway, String verb) {
        List<String> dangerous =
                migrations.stream().filter(takesAway).map(Migration::toString).toList();
        if (dangerous.isEmpty()) {
            return;
        }
        Consumer<String> maker = backup;
        if (maker != null) {
            maker.accept(verb + " " + String.join(", ", dangerous));
        } else if (!destructive) {
            throw new MigrationException(
                    "To " + verb + " " + String.join(", ", dangerous)
                            + " takes values away, and no backup is made of them. Look at the plan; then say how to make a backup, with"
                            + " backupTo(file) or --backup FILE, or allow it, with allowDestructive(true) or --allow-destructive");
        }
    }

    /** The user, the machine and the process, for those who look at the history. */
    private static String who() {
        String host;
        try {
            host = InetAddress.getLocalHost().getHostName();
        } catch (UnknownHostException e) {
            host = "unknown host";
        }
        return System.getProperty("user.name") + "@" + host + " process "
                + ProcessHandle.current().pid();
    }
}
