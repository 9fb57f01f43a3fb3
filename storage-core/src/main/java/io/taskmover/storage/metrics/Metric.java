package io.taskmover.storage.metrics;

import java.util.List;

/**
 * All that stores can measure: the one list of names, units and descriptions, for whoever shows figures. Which of them a
 * store has is in its {@link StorageMetrics}.
 */
public enum Metric {
    OPERATIONS(
            "storage.operations",
            Kind.COUNTER,
            Unit.OPERATIONS,
            Where.OPENED,
            "Operations by kind and outcome. A selection that is read row by row counts when its cursor is closed",
            "operation",
            "outcome"),
    OPERATION_TIME(
            "storage.operation.time",
            Kind.TIMER,
            Unit.SECONDS,
            Where.TIMED,
            "How long operations took, failed ones and waits for locks and connections included, without the time that the"
                    + " caller took between two rows",
            "operation"),
    OPERATION_TIME_MAX(
            "storage.operation.time.max",
            Kind.GAUGE,
            Unit.SECONDS,
            Where.TIMED,
            "The longest operation since the store was opened",
            "operation"),
    OPERATIONS_SLOW(
            "storage.operations.slow",
            Kind.COUNTER,
            Unit.OPERATIONS,
            Where.SLOW,
            "Operations that took as long as slowQuery or longer, logged or not"),
    ROWS_READ(
            "storage.rows.read",
            Kind.COUNTER,
            Unit.ROWS,
            Where.OPENED,
            "Rows that finds and selections returned, without those that a cache returned"),
    ROWS_WRITTEN(
            "storage.rows.written",
            Kind.COUNTER,
            Unit.ROWS,
            Where.OPENED,
            "Rows that were inserted or changed, whether or not their transaction was committed"),
    ROWS_DELETED(
            "storage.rows.deleted",
            Kind.COUNTER,
            Unit.ROWS,
            Where.OPENED,
            "Rows that were removed, whether or not their transaction was committed"),
    TRANSACTIONS_BEGUN(
            "storage.transactions.begun",
            Kind.COUNTER,
            Unit.TRANSACTIONS,
            Where.OPENED,
            "Transactions that were begun, also to count or to read a page or stream; single operations are none"),
    TRANSACTIONS_ENDED(
            "storage.transactions.ended",
            Kind.COUNTER,
            Unit.TRANSACTIONS,
            Where.OPENED,
            "Transactions that ended: committed; rolled_back; read, if they could only read; conflict, if they were rolled back"
                    + " and others had been quicker; failed, if the commit was refused; in_doubt, if it shows later whether"
                    + " they are committed",
            "outcome"),
    TRANSACTIONS_RETRIED(
            "storage.transactions.retried",
            Kind.COUNTER,
            Unit.TRANSACTIONS,
            Where.OPENED,
            "How often work was run again by a retry policy, in this store alone"),
    TRANSACTIONS_OPEN(
            "storage.transactions.open",
            Kind.GAUGE,
            Unit.TRANSACTIONS,
            Where.OPENED,
            "Transactions that have not ended"),
    TRANSACTIONS_OLDEST(
            "storage.transactions.oldest",
            Kind.GAUGE,
            Unit.SECONDS,
            Where.OPENED,
            "How long ago the oldest of those was begun; 0 if there is none"),

    CACHE_HITS(
            "storage.cache.hits",
            Kind.COUNTER,
            Unit.OPERATIONS,
            Where.CACHED,
            "How often the cache had what was asked for; level is rows, found by key, or results, of queries",
            "level"),
    CACHE_MISSES("storage.cache.misses", Kind.COUNTER, Unit.OPERATIONS, Where.CACHED, "How often it had not", "level"),
    CACHE_EVICTIONS(
            "storage.cache.evictions",
            Kind.COUNTER,
            Unit.ENTRIES,
            Where.CACHED,
            "Entries that went for want of room",
            "level"),
    CACHE_LOADS(
            "storage.cache.loads",
            Kind.TIMER,
            Unit.SECONDS,
            Where.CACHED,
            "How often something was read from the store for the cache, and how long that took",
            "level"),
    CACHE_ENTRIES(
            "storage.cache.entries", Kind.GAUGE, Unit.ENTRIES, Where.CACHED, "Entries that are in the cache", "level"),

    COMMITS(
            "storage.commits",
            Kind.COUNTER,
            Unit.COMMITS,
            Where.ENGINE,
            "Commits since the store was opened, by whomever; each write of its own is one"),
    MEMORY_ROWS(
            "storage.memory.rows",
            Kind.GAUGE,
            Unit.ROWS,
            Where.FILE,
            "Rows in memory that could be let go and read back"),
    MEMORY_BYTES(
            "storage.memory.bytes", Kind.GAUGE, Unit.BYTES, Where.FILE, "What those take of the heap, by estimate"),
    MEMORY_BUDGET("storage.memory.budget", Kind.GAUGE, Unit.BYTES, Where.FILE, "The most that they may take: memory="),
    MEMORY_MISSES(
            "storage.memory.misses", Kind.COUNTER, Unit.ROWS, Where.FILE, "Rows that had to be read from their files"),
    MEMORY_EVICTIONS(
            "storage.memory.evictions", Kind.COUNTER, Unit.ROWS, Where.FILE, "Rows that were let go to make room"),
    JOURNAL_REPLAYED(
            "storage.journal.replayed",
            Kind.GAUGE,
            Unit.COMMITS,
            Where.FILE,
            "Commits that only the journal had when the store was opened"),
    EDITS_COMMITTED(
            "storage.edits.committed",
            Kind.COUNTER,
            Unit.ROWS,
            Where.FILE,
            "Changes that people made in JSON files and that became commits"),
    EDITS_REFUSED(
            "storage.edits.refused",
            Kind.GAUGE,
            Unit.ROWS,
            Where.FILE,
            "Changes in JSON files that cannot be taken over as they are now; verify names them"),
    JOURNAL_COMMITS(
            "storage.journal.commits", Kind.COUNTER, Unit.COMMITS, Where.WRITTEN_FILE, "Commits that the journal took"),
    JOURNAL_BYTES(
            "storage.journal.bytes", Kind.COUNTER, Unit.BYTES, Where.WRITTEN_FILE, "What they took in the journal"),
    JOURNAL_FORCES(
            "storage.journal.forces",
            Kind.COUNTER,
            Unit.FORCES,
            Where.WRITTEN_FILE,
            "How often the journal was forced to the disk"),
    JOURNAL_COMMITS_PER_FORCE(
            "storage.journal.commits.per.force",
            Kind.GAUGE,
            Unit.COMMITS,
            Where.WRITTEN_FILE,
            "How many commits shared a force, on average since the store was opened; 0 before the first"),
    JOURNAL_BACKLOG_BYTES(
            "storage.journal.backlog",
            Kind.GAUGE,
            Unit.BYTES,
            Where.WRITTEN_FILE,
            "What of the journal is not in the JSON files yet"),
    JOURNAL_BACKLOG_COMMITS(
            "storage.journal.backlog.commits",
            Kind.GAUGE,
            Unit.COMMITS,
            Where.WRITTEN_FILE,
            "Commits that are not in the JSON files yet"),
    CHECKPOINTS(
            "storage.checkpoints",
            Kind.TIMER,
            Unit.SECONDS,
            Where.WRITTEN_FILE,
            "How often commits were brought into the JSON files, and how long that took"),

    POOL_ACTIVE(
            "storage.pool.active",
            Kind.GAUGE,
            Unit.CONNECTIONS,
            Where.SQL,
            "Connections in use; in SQLite readers' ones"),
    POOL_IDLE("storage.pool.idle", Kind.GAUGE, Unit.CONNECTIONS, Where.SQL, "Connections that wait to be used"),
    POOL_WAITING("storage.pool.waiting", Kind.GAUGE, Unit.THREADS, Where.SQL, "Threads that wait for a connection"),
    POOL_MAX(
            "storage.pool.max",
            Kind.GAUGE,
            Unit.CONNECTIONS,
            Where.SQL,
            "The most connections that there can be: poolSize="),
    WRITER_TURNS(
            "storage.writer.turns", Kind.COUNTER, Unit.OPERATIONS, Where.SQLITE, "How often a writer had its turn"),
    WRITER_ALONG(
            "storage.writer.along",
            Kind.COUNTER,
            Unit.OPERATIONS,
            Where.SQLITE,
            "Small writes that were committed along with another one's, by one force of the disk"),
    WRITER_WAITING(
            "storage.writer.waiting", Kind.GAUGE, Unit.THREADS, Where.SQLITE, "Writers that wait for their turn");

    /** What its value means. */
    public enum Kind {
        /** It only grows, from 0 when the store is opened. */
        COUNTER,
        /** What it is now. */
        GAUGE,
        /** How often something was done and how long that took in all: both only grow. */
        TIMER
    }

    /** What its value is a number of. */
    public enum Unit {
        OPERATIONS,
        ROWS,
        TRANSACTIONS,
        COMMITS,
        ENTRIES,
        FORCES,
        CONNECTIONS,
        THREADS,
        BYTES,
        SECONDS;

        /** In small letters: {@code bytes}. */
        public String symbol() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** Which stores have it, in words. */
    private static final class Where {
        static final String OPENED = "every store that Storage.open opens";
        static final String TIMED = "with latencies=true or slowQuery=";
        static final String SLOW = "with slowQuery=";
        static final String CACHED = "with cache=";
        static final String ENGINE = "memory:, file:";
        static final String FILE = "file:";
        static final String WRITTEN_FILE = "file:, but not with mode=ro";
        static final String SQL = "sqlite:, postgresql:, mariadb:, mysql:";
        static final String SQLITE = "sqlite:";

        private Where() {}
    }

    private final String title;
    private final Kind kind;
    private final Unit unit;
    private final String where;
    private final String description;

    @SuppressWarnings("ImmutableEnumChecker") // it is List.of them
    private final List<String> labels;

    Metric(String title, Kind kind, Unit unit, String where, String description, String... labels) {
        this.title = title;
        this.kind = kind;
        this.unit = unit;
        this.where = where;
        this.description = description;
        this.labels = List.of(labels);
    }

    /** Its name, in small letters with dots: {@code storage.rows.read}. */
    public String title() {
        return title;
    }

    public Kind kind() {
        return kind;
    }

    public Unit unit() {
        return unit;
    }

    /** Which stores have it, in words for people. */
    public String where() {
        return where;
    }

    /** What it says, a sentence without its full stop. */
    public String description() {
        return description;
    }

    /** What its meters are told apart by, in order; empty if there is one. All of them have few values. */
    public List<String> labels() {
        return labels;
    }
}
