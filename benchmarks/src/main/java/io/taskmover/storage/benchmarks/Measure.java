package io.taskmover.storage.benchmarks;

/** What is measured, by the names under which it is reported. More is better of what ends in {@code /s}, else less. */
final class Measure {
    static final String LOAD = "load, rows/s";
    /** Of a program that has loaded nothing before; of what is in memory. */
    static final String FIRST_LOAD = "first load, rows/s";
    /** Until everything is where it stays, and durable there: for a folder of files, until every file is. */
    static final String LOAD_IN_PLACE = "load until in place, rows/s";

    static final String FIND = "findById, 1/s";
    static final String QUERY = "indexed query, 1/s";
    static final String SCAN = "filtered scan, 1/s";
    /** One call that saves all the rows there are. */
    static final String SAVE_ALL = "saveAll of all, rows/s";
    /** One pass over all rows, which a small heap does not hold. */
    static final String SCAN_ALL = "scan of all, rows/s";
    /** The most heap in use meanwhile, garbage included. */
    static final String SCAN_HEAP = "heap at most in a scan of all, MiB";

    /** All rows of a store that was just opened into one file. */
    static final String BACKUP = "backup, rows/s";

    static final String REOPEN = "reopen and first find, s";
    static final String DISK = "disk per row, bytes";
    static final String HEAP = "heap per row, bytes";

    /** One read and one write of the same row, in one transaction or each by itself. */
    static final String READ_AND_WRITE = "read and write, 1/s";
    /** The same in transactions, of several threads on rows of their own. */
    static final String TRANSACTIONS = "transactions in memory, 1/s";

    /** By key, of rows that are all in the cache. */
    static final String CACHED_FIND = "cached findById, 1/s";
    /** By an indexed column, of results that are all in the cache. */
    static final String CACHED_QUERY = "cached query on SQLite, 1/s";
    /** On 8 threads; a level that holds half of the keys. */
    static final String LEVEL = "a cache level, 90 % gets, 8 threads, 1/s";

    private Measure() {}

    /** By key, of a cache on disk that holds all; no value is in memory. */
    static String diskGet(int threads) {
        return "a cache on disk, get, " + threads(threads) + ", 1/s";
    }

    /** Each time another value. */
    static String diskPut(int threads) {
        return "a cache on disk, put, " + threads(threads) + ", 1/s";
    }

    /** Saves of the whole run, for fractions of a second. */
    static String save(int threads) {
        return "save, " + threads(threads) + ", 1/s";
    }

    /** Of ten operations nine find by id and one saves. */
    static String mixed(int threads) {
        return "90 % finds, " + threads(threads) + ", 1/s";
    }

    /** Saves in turns with the least that they can cost, for fractions of a second. */
    static String durableSave(int threads) {
        return "durable save, " + threads(threads) + ", 1/s";
    }

    /** Saves for as long as a minute. */
    static String sustainedSave(int threads) {
        return "sustained save, " + threads(threads) + ", 1/s";
    }

    private static String threads(int threads) {
        return threads + (threads == 1 ? " thread" : " threads");
    }
}
