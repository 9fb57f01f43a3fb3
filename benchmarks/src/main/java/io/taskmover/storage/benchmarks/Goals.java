package io.taskmover.storage.benchmarks;

import static io.taskmover.storage.benchmarks.Contenders.FILE;
import static io.taskmover.storage.benchmarks.Contenders.HIBERNATE;
import static io.taskmover.storage.benchmarks.Contenders.JACKSON_FILES;
import static io.taskmover.storage.benchmarks.Contenders.JACKSON_FILES_AT_ONCE;
import static io.taskmover.storage.benchmarks.Contenders.JDBC;
import static io.taskmover.storage.benchmarks.Contenders.JDBC_SHARED;
import static io.taskmover.storage.benchmarks.Contenders.JDBI;
import static io.taskmover.storage.benchmarks.Contenders.LINES;
import static io.taskmover.storage.benchmarks.Contenders.MAP;
import static io.taskmover.storage.benchmarks.Contenders.MEMORY;
import static io.taskmover.storage.benchmarks.Contenders.NITRITE_MEMORY;
import static io.taskmover.storage.benchmarks.Contenders.NITRITE_MVSTORE;
import static io.taskmover.storage.benchmarks.Contenders.ROCKSDB;
import static io.taskmover.storage.benchmarks.Contenders.SQLITE;

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

    private static final List<Goal> GOALS = List.of(
            Goal.atLeast(20, Measure.FIND, MEMORY, NITRITE_MEMORY),
            Goal.atLeast(6, Measure.save(1), MEMORY, NITRITE_MEMORY),
            Goal.atLeast(10, Measure.LOAD, MEMORY, NITRITE_MEMORY),
            Goal.atLeast(10, Measure.QUERY, MEMORY, NITRITE_MEMORY),
            Goal.atLeast(1 / 3.0, Measure.FIND, MEMORY, MAP),
            Goal.atLeast(0.85, Measure.LOAD, SQLITE, JDBC),
            Goal.atLeast(0.85, Measure.FIND, SQLITE, JDBC),
            Goal.atLeast(0.85, Measure.QUERY, SQLITE, JDBC),
            Goal.atLeast(0.85, Measure.SCAN, SQLITE, JDBC),
            Goal.atLeast(1.2, Measure.save(WholeRun.THREADS), SQLITE, JDBC_SHARED),
            Goal.atLeast(1.5, Measure.mixed(WholeRun.THREADS), SQLITE, JDBC_SHARED),
            Goal.beside(Measure.save(1), SQLITE, JDBC_SHARED.title()),
            Goal.atLeast(1, Measure.LOAD, SQLITE, JDBI),
            Goal.atLeast(1, Measure.FIND, SQLITE, JDBI),
            Goal.atLeast(1, Measure.QUERY, SQLITE, JDBI),
            Goal.atLeast(1, Measure.SCAN, SQLITE, JDBI),
            Goal.atLeast(1, Measure.LOAD, SQLITE, HIBERNATE),
            Goal.atLeast(1, Measure.FIND, SQLITE, HIBERNATE),
            Goal.atLeast(1, Measure.QUERY, SQLITE, HIBERNATE),
            Goal.atLeast(1, Measure.SCAN, SQLITE, HIBERNATE),
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
            // 1.2 times the time
            new Goal(Measure.READ_AND_WRITE, Transactions.TRANSACTION, Transactions.CALLS, Kind.AT_LEAST, 1 / 1.2));

    private Goals() {}

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
                        "  %-6s %-31s %-16s %8.2f x %-32s %s%n",
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
