package io.taskmover.storage.benchmarks;

import static io.taskmover.storage.benchmarks.Contenders.FILE;
import static io.taskmover.storage.benchmarks.Contenders.HIBERNATE;
import static io.taskmover.storage.benchmarks.Contenders.HIBERNATE_POSTGRES;
import static io.taskmover.storage.benchmarks.Contenders.JACKSON_FILES;
import static io.taskmover.storage.benchmarks.Contenders.JACKSON_FILES_AT_ONCE;
import static io.taskmover.storage.benchmarks.Contenders.JDBC;
import static io.taskmover.storage.benchmarks.Contenders.JDBC_POSTGRES;
import static io.taskmover.storage.benchmarks.Contenders.JDBC_SHARED;
import static io.taskmover.storage.benchmarks.Contenders.JDBI;
import static io.taskmover.storage.benchmarks.Contenders.JDBI_POSTGRES;
import static io.taskmover.storage.benchmarks.Contenders.JOOQ;
import static io.taskmover.storage.benchmarks.Contenders.JOOQ_POSTGRES;
import static io.taskmover.storage.benchmarks.Contenders.LINES;
import static io.taskmover.storage.benchmarks.Contenders.MAP;
import static io.taskmover.storage.benchmarks.Contenders.MEMORY;
import static io.taskmover.storage.benchmarks.Contenders.NITRITE_MEMORY;
import static io.taskmover.storage.benchmarks.Contenders.NITRITE_MVSTORE;
import static io.taskmover.storage.benchmarks.Contenders.POSTGRES;
import static io.taskmover.storage.benchmarks.Contenders.ROCKSDB;
import static io.taskmover.storage.benchmarks.Contenders.SPRING;
import static io.taskmover.storage.benchmarks.Contenders.SPRING_POSTGRES;
import static io.taskmover.storage.benchmarks.Contenders.SQLITE;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/** The ratios that this project holds itself to. */
final class Goals {
    private enum Kind {
        AT_LEAST,
        AT_MOST,
        /** No goal: a figure that helps to judge the one above. */
        BESIDE
    }

    private record Goal(String what, String ours, String theirs, Kind kind, double bound) {
        static Goal atLeast(double bound, String what, Contenders ours, Contenders theirs) {
            return atLeast(bound, what, ours, theirs.title());
        }

        static Goal atLeast(double bound, String what, Contenders ours, String theirs) {
            return new Goal(what, ours.title(), theirs, Kind.AT_LEAST, bound);
        }

        static Goal atMost(double bound, String what, Contenders ours, String theirs) {
            return new Goal(what, ours.title(), theirs, Kind.AT_MOST, bound);
        }

        static Goal beside(String what, Contenders ours, String theirs) {
            return new Goal(what, ours.title(), theirs, Kind.BESIDE, 0);
        }

        String judge(double ratio) {
            if (kind == Kind.BESIDE) {
                return "";
            }
            return (kind == Kind.AT_LEAST ? ratio >= bound : ratio <= bound) ? "met" : "MISSED";
        }

        String text() {
            return switch (kind) {
                case AT_LEAST -> String.format(Locale.ROOT, "goal at least %.2f", bound);
                case AT_MOST -> String.format(Locale.ROOT, "goal at most %.2f", bound);
                case BESIDE -> "beside";
            };
        }
    }

    private record Bound(String what, double least) {}

    /** What is measured of contenders on relational databases, and the least part of JDBC by hand that is enough. */
    private static final List<Bound> RELATIONAL = List.of(
            new Bound(Measure.LOAD, 0.85),
            new Bound(Measure.FIND, 0.85),
            new Bound(Measure.QUERY, 0.85),
            new Bound(Measure.SCAN, 0.85),
            new Bound(Measure.save(1), 0.9),
            new Bound(Measure.save(8), 0.9),
            new Bound(Measure.SAVE_ALL, 0.9),
            new Bound(Measure.SCAN_ALL, 0.8));

    private static final List<Goal> OTHERS = List.of(
            Goal.atLeast(20, Measure.FIND, MEMORY, NITRITE_MEMORY),
            Goal.atLeast(6, Measure.save(1), MEMORY, NITRITE_MEMORY),
            Goal.atLeast(10, Measure.LOAD, MEMORY, NITRITE_MEMORY),
            Goal.atLeast(10, Measure.QUERY, MEMORY, NITRITE_MEMORY),
            Goal.atLeast(1 / 3.0, Measure.FIND, MEMORY, MAP),
            Goal.atLeast(1.2, Measure.save(WholeRun.THREADS), SQLITE, JDBC_SHARED),
            Goal.atLeast(1.5, Measure.mixed(WholeRun.THREADS), SQLITE, JDBC_SHARED),
            Goal.beside(Measure.save(1), SQLITE, JDBC_SHARED.title()),
            Goal.atLeast(0.8, Measure.durableSave(1), FILE, DurableSaves.BARE),
            Goal.beside(Measure.durableSave(1), FILE, ROCKSDB.title()),
            Goal.atLeast(1, Measure.durableSave(8), FILE, ROCKSDB),
            Goal.atLeast(0.8, Measure.durableSave(8), FILE, DurableSaves.TOGETHER),
            Goal.beside(Measure.durableSave(8), FILE, DurableSaves.GROUPED),
            Goal.atLeast(0.8, Measure.durableSave(8), LINES, DurableSaves.TOGETHER),
            Goal.atLeast(0.8, Measure.durableSave(1), LINES, DurableSaves.BARE),
            Goal.atLeast(1, Measure.durableSave(8), LINES, ROCKSDB),
            Goal.atLeast(0.4, Measure.sustainedSave(1), FILE, DurableSaves.BARE),
            Goal.atLeast(0.8, Measure.sustainedSave(1), LINES, DurableSaves.BARE),
            Goal.beside(Measure.sustainedSave(8), FILE, DurableSaves.GROUPED),
            Goal.beside(Measure.sustainedSave(8), LINES, DurableSaves.GROUPED),
            Goal.atLeast(1, Measure.LOAD, FILE, ROCKSDB),
            Goal.atLeast(1, Measure.LOAD, LINES, ROCKSDB),
            Goal.atLeast(2.5, Measure.LOAD_IN_PLACE, FILE, JACKSON_FILES),
            Goal.beside(Measure.LOAD_IN_PLACE, FILE, JACKSON_FILES_AT_ONCE.title()),
            Goal.atLeast(20, Measure.LOAD_IN_PLACE, LINES, JACKSON_FILES),
            Goal.beside(Measure.LOAD_IN_PLACE, LINES, JACKSON_FILES_AT_ONCE.title()),
            Goal.atLeast(5, Measure.FIND, FILE, ROCKSDB),
            Goal.atLeast(5, Measure.FIND, LINES, ROCKSDB),
            Goal.atLeast(5, Measure.QUERY, FILE, NITRITE_MVSTORE),
            Goal.atLeast(5, Measure.QUERY, LINES, NITRITE_MVSTORE),
            Goal.atLeast(0.5, Measure.BACKUP, FILE, Backups.exportOf(FILE)),
            Goal.atLeast(0.5, Measure.BACKUP, LINES, Backups.exportOf(LINES)),
            Goal.atLeast(0.5, Measure.BACKUP, SQLITE, Backups.exportOf(SQLITE)),
            Goal.atMost(1 / 2.0, Measure.REOPEN, FILE, EveryFile.of(FILE)),
            Goal.atMost(1 / 5.0, Measure.REOPEN, LINES, EveryFile.of(LINES)),
            Goal.beside(Measure.REOPEN, LINES, EveryFile.of(FILE)),
            Goal.beside(Measure.DISK, FILE, EveryFile.JSON_ITSELF),
            Goal.atMost(1.3, Measure.DISK, LINES, EveryFile.JSON_ITSELF),
            new Goal(
                    Measure.TRANSACTIONS,
                    Transactions.title(Transactions.THREADS),
                    Transactions.title(1),
                    Kind.AT_LEAST,
                    1.6),
            new Goal(Measure.CACHED_FIND, Caches.CACHED, Caches.CAFFEINE, Kind.AT_LEAST, 0.5),
            new Goal(Measure.CACHED_FIND, Caches.CACHED_MUTABLE, Caches.CAFFEINE_AND_BUILDING, Kind.AT_LEAST, 0.5),
            new Goal(Measure.CACHED_QUERY, Caches.CACHED, Caches.UNCACHED, Kind.AT_LEAST, 20),
            new Goal(Measure.LEVEL, Caches.LRU, Caches.LINKED_HASH_MAP, Kind.AT_LEAST, 1),
            new Goal(Measure.diskGet(1), DiskCaches.FILE_CACHE, DiskCaches.EHCACHE, Kind.AT_LEAST, 3),
            new Goal(Measure.diskPut(1), DiskCaches.FILE_CACHE, DiskCaches.EHCACHE, Kind.AT_LEAST, 3),
            new Goal(Measure.diskGet(DiskCaches.THREADS), DiskCaches.FILE_CACHE, DiskCaches.EHCACHE, Kind.AT_LEAST, 3),
            new Goal(Measure.diskPut(DiskCaches.THREADS), DiskCaches.FILE_CACHE, DiskCaches.EHCACHE, Kind.AT_LEAST, 3),
            // 1.2 times the time
            new Goal(Measure.READ_AND_WRITE, Transactions.TRANSACTION, Transactions.CALLS, Kind.AT_LEAST, 1 / 1.2));

    private static final List<Goal> GOALS = goals();

    private Goals() {}

    private static List<Goal> goals() {
        List<Goal> goals = new ArrayList<>(OTHERS);
        addRelational(goals, SQLITE, JDBC, List.of(JDBI, JOOQ, HIBERNATE, SPRING));
        addRelational(
                goals,
                POSTGRES,
                JDBC_POSTGRES,
                List.of(JDBI_POSTGRES, JOOQ_POSTGRES, HIBERNATE_POSTGRES, SPRING_POSTGRES));
        for (String store : Versions.STORES) {
            // 1.6 times and 3 times the time
            addVersions(goals, Versions.SAVE, store, 1 / 1.6);
            addVersions(goals, Versions.FIND, store, 1 / 3.0);
            addVersions(goals, Versions.QUERY, store, 1 / 3.0);
        }
        return goals;
    }

    private static void addVersions(List<Goal> goals, String what, String store, double bound) {
        goals.add(new Goal(what, Versions.then(store), Versions.now(store), Kind.AT_LEAST, bound));
    }

    /** Close to what is written by hand, and ahead of every other library on the same database. */
    private static void addRelational(
            List<Goal> goals, Contenders ours, Contenders byHand, List<Contenders> libraries) {
        for (Bound bound : RELATIONAL) {
            goals.add(Goal.atLeast(bound.least(), bound.what(), ours, byHand));
            libraries.forEach(library -> goals.add(Goal.atLeast(1, bound.what(), ours, library)));
        }
    }

    /** Prints each goal of which both sides were measured at a size. */
    static void print(Results results, int rows, String title) {
        System.out.println("\n" + title);
        for (Goal goal : GOALS) {
            OptionalDouble ours = results.median(goal.what(), rows, goal.ours());
            OptionalDouble theirs = results.median(goal.what(), rows, goal.theirs());
            if (ours.isPresent() && theirs.isPresent()) {
                double ratio = ours.getAsDouble() / theirs.getAsDouble();
                System.out.printf(
                        Locale.ROOT,
                        "  %-6s %-31s %-20s %8.2f x %-32s %s%n",
                        goal.judge(ratio),
                        goal.what(),
                        goal.ours(),
                        ratio,
                        goal.theirs(),
                        goal.text());
            }
        }
    }
}
