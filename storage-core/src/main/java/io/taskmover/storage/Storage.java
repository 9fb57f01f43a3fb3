package io.taskmover.storage;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.backend.Repair;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.Verification;
import io.taskmover.storage.backup.BackupManifest;
import io.taskmover.storage.backup.BackupPlan;
import io.taskmover.storage.backup.BackupSchedule;
import io.taskmover.storage.backup.StoreBackup;
import io.taskmover.storage.cache.CachingBackend;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.history.VersionedBackend;
import io.taskmover.storage.mapping.Entity;
import io.taskmover.storage.metering.MeteredBackend;
import io.taskmover.storage.metrics.Meter;
import io.taskmover.storage.metrics.Metric;
import io.taskmover.storage.metrics.StorageMetrics;
import io.taskmover.storage.transaction.Branch;
import io.taskmover.storage.transaction.Participant;
import io.taskmover.storage.transaction.RetryPolicy;
import io.taskmover.storage.transaction.Transaction;
import io.taskmover.storage.transaction.TransactionManager;
import io.taskmover.storage.transaction.TransactionTemplate;
import io.taskmover.storage.transaction.TxAction;
import io.taskmover.storage.transaction.TxWork;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An open store. Thread-safe; one object serves a whole program. To be closed.
 *
 * <pre>{@code
 * try (Storage storage = Storage.open("file:./data")) {
 *     Repository<Task, String> tasks = storage.repository(Task.class, String.class);
 *     tasks.save(new Task("t1", "Pay the invoice"));
 * }
 * }</pre>
 */
public final class Storage implements Participant, AutoCloseable {
    private final StorageBackend backend;
    private final StorageConfig config;
    private final TransactionManager transactions;
    private final @Nullable VersionedBackend versions;
    private final @Nullable CachingBackend cache;
    private final @Nullable BackupSchedule backups;
    private final Validation validation;
    private final UnknownConstants unknownConstants = new UnknownConstants();

    private final StorageMetrics metrics;

    /** @param layered the store with its layers, but for the cache */
    private Storage(
            StorageBackend layered,
            @Nullable VersionedBackend versions,
            @Nullable CachingBackend cache,
            Validation validation,
            StorageConfig config) {
        this.versions = versions;
        this.cache = cache;
        this.backend = cache == null ? layered : cache;
        this.config = config;
        this.validation = validation;
        this.transactions = new TransactionManager(backend, config.clock());
        this.backups = BackupPlan.of(config)
                .map(plan -> BackupSchedule.start(
                        backend, config.address(), plan, config.clock(), BackupSchedule.Listener.LOGGING))
                .orElse(null);
        this.metrics = backend.metrics()
                .and(StorageMetrics.of(List.of(Meter.counter(Metric.TRANSACTIONS_RETRIED, transactions::retried))));
    }

    /** Opens the store that a URL names: {@code memory:}, {@code file:./data}, {@code sqlite:tasks.db}. */
    public static Storage open(String url) {
        return open(StorageConfig.of(url));
    }

    /**
     * Opens a store.
     *
     * @throws io.taskmover.storage.error.ConfigException if the configuration names none
     * @throws UnsupportedException if it asks for something that the backend lacks
     */
    public static Storage open(StorageConfig config) {
        Validation validation = Validation.of(config); // before anything is made that it would leave behind
        StorageBackend backend = StorageBackend.open(config);
        StorageBackend opened = backend;
        try {
            refuseWhatIsLacking(backend, config);
            StorageBackend versioned = VersionedBackend.over(backend, config);
            opened = versioned;
            StorageBackend metered = new MeteredBackend(versioned, config);
            CachingBackend cache = config.cache()
                    .map(settings -> new CachingBackend(metered, settings))
                    .orElse(null);
            return new Storage(
                    metered, versioned instanceof VersionedBackend kept ? kept : null, cache, validation, config);
        } catch (RuntimeException e) {
            try (validation) {
                opened.close();
            }
            throw e;
        }
    }

    /**
     * Repairs a store that is not open, also one that cannot be opened any more: takes out what is damaged, record by record,
     * keeps a copy of it, and says what it did.
     *
     * @throws UnsupportedException if stores of this kind can only be verified
     * @throws io.taskmover.storage.error.LockedException if somebody has the store open
     * @see StorageBackend#repair
     */
    public static Repair repair(StorageConfig config) {
        return StorageBackend.of(config).repair(config);
    }

    private static void refuseWhatIsLacking(StorageBackend backend, StorageConfig config) {
        require(config.backupEnabled(), backend.capabilities().has(Feature.BACKUPS), "backupEnabled", config);
    }

    private static void require(Optional<Boolean> wanted, boolean supported, String option, StorageConfig config) {
        if (wanted.orElse(false) && !supported) {
            throw new UnsupportedException("A " + config.scheme() + ": store cannot keep " + option
                    + "=true; leave the option out to have it where it is supported");
        }
    }

    /**
     * The repository of an entity that needs no more description than its class. Creates its table, or adds columns
     * and indexes that it lacks, where {@code autoCreate} is on, the table is the store's own, and the thread is in no
     * transaction.
     *
     * @throws io.taskmover.storage.error.MappingException if the class cannot be mapped, its id is not a {@code K}, or
     *     the table that exists does not fit it
     */
    public <T, K> Repository<T, K> repository(Class<T> type, Class<K> id) {
        return repository(Entity.of(type, id));
    }

    /** The repository of an entity that is described in code. */
    public <T, K> Repository<T, K> repository(Entity<T, K> entity) {
        return new BaseRepository<>(this, entity);
    }

    /**
     * Runs work in a transaction: committed on return, rolled back on any throwable. Inside of another transaction of
     * this thread it joins that one.
     */
    public <X extends Exception> void transaction(TxAction<X> work) throws X {
        transactions.template().transaction(work);
    }

    /** {@link #transaction} for work that has a result. */
    public <R, X extends Exception> R inTransaction(TxWork<R, X> work) throws X {
        return transactions.template().inTransaction(work);
    }

    /**
     * How {@link #transaction} runs work, to be changed for some of it: options such as isolation and timeout, a part
     * that is undone on its own, retries.
     */
    public TransactionTemplate transactions() {
        return transactions.template();
    }

    /** {@link #transaction} for work that is run again if others were quicker. */
    public TransactionTemplate retrying(RetryPolicy policy) {
        return transactions().retrying(policy);
    }

    /**
     * Begins a transaction in which this thread takes part until it ends; {@link Transaction#close} rolls it back
     * unless it was committed.
     *
     * @throws IllegalStateException if this thread is in one already
     */
    public Transaction begin(TransactionOptions options) {
        return transactions.begin(options);
    }

    /** {@link #begin(TransactionOptions)} with the defaults. */
    public Transaction begin() {
        return begin(TransactionOptions.DEFAULT);
    }

    /**
     * Lets transactions that begin from now on see all that anybody has committed until now. A store that was opened with
     * {@code mode=ro} may show the moment at which it was opened, as a {@code file:} store does; every other one shows it
     * anyway.
     */
    public void refresh() {
        backend.refresh();
    }

    /**
     * Removes the versions of rows that nothing keeps any more, by the options {@code versions} and {@code versionsFor}. Those
     * beyond a number alone go with each change anyway; what is too old goes when this is called.
     *
     * @return how many there were; 0 if no versions are kept
     */
    public long pruneVersions() {
        return versions == null ? 0 : versions.prune();
    }

    /** Checks the whole store against itself; changes nothing. */
    public Verification verify() {
        return backend.verify();
    }

    /** The layer that keeps versions of rows; null if none does. */
    @Nullable
    VersionedBackend versions() {
        return versions;
    }

    /** What was found of constants that enums do not have. */
    UnknownConstants unknownConstants() {
        return unknownConstants;
    }

    /** What checks entities before they are written. */
    Validation validation() {
        return validation;
    }

    /** What the store keeps of what was read, to be looked at or emptied; empty if it has no cache. */
    public Optional<CachingBackend> cache() {
        return Optional.ofNullable(cache);
    }

    /**
     * Writes all that the store holds into a file, one moment of it, whoever writes meanwhile. {@link StoreBackup} reads
     * it, and brings it back. Backups are made without being asked for where the configuration names a directory,
     * {@link BackupPlan}; those that fail are told to the log.
     *
     * @param file not there yet
     * @return what it holds
     * @throws io.taskmover.storage.error.StorageException if it cannot be written, or read again; there is no file then
     */
    public BackupManifest backup(Path file) {
        return StoreBackup.at(file).clock(config.clock()).write(backend);
    }

    /**
     * What the store measures: its operations and transactions, its cache, and what its backend has, such as a pool of
     * connections or a journal. Can be read at any time, after {@link #close} too. How long operations take is measured with
     * {@code latencies=true} or {@code slowQuery=200ms}; the latter tells the log of those that take so long.
     */
    public StorageMetrics metrics() {
        return metrics;
    }

    /** The backend below, for work that knows tables and not entities. */
    public StorageBackend backend() {
        return backend;
    }

    public StorageConfig config() {
        return config;
    }

    /** @see TransactionManager#across */
    @Override
    public String address() {
        return config.address();
    }

    @Override
    public boolean canPrepare() {
        return backend.capabilities().has(Feature.TWO_PHASE);
    }

    @Override
    public boolean canDecide() {
        return backend.capabilities().has(Feature.DURABLE);
    }

    @Override
    public boolean outlivesProcess() {
        return backend.capabilities().has(Feature.DURABLE);
    }

    @Override
    public Branch beginBranch(TransactionOptions options, boolean decides) {
        return transactions.beginBranch(options, decides);
    }

    /** Reads in the transaction of the calling thread, or in one of its own. */
    <R> R reading(Function<BackendTransaction, R> work) {
        Transaction joined = currentTransaction();
        if (joined != null) {
            return work.apply(joined.rows());
        }
        try (BackendTransaction transaction = backend.begin(TransactionOptions.READ_ONLY)) {
            return work.apply(transaction);
        }
    }

    /** The transaction that the calling thread takes part in, or null. */
    @Nullable
    Transaction currentTransaction() {
        return transactions.current();
    }

    /**
     * Waits for what is running, makes everything durable and lets the store go. A transaction that is still open is
     * reported to the log with the place that began it; nothing of it is kept.
     */
    @Override
    public void close() {
        if (backups != null) {
            backups.close();
        }
        transactions.close();
        try (validation) {
            backend.close();
        }
    }
}
