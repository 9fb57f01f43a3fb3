package io.taskmover.storage.benchmarks;

import static io.taskmover.storage.benchmarks.Contenders.HIBERNATE;
import static io.taskmover.storage.benchmarks.Contenders.JDBC;
import static io.taskmover.storage.benchmarks.Contenders.JDBI;
import static io.taskmover.storage.benchmarks.Contenders.MAP;
import static io.taskmover.storage.benchmarks.Contenders.MEMORY;
import static io.taskmover.storage.benchmarks.Contenders.NITRITE_MEMORY;
import static io.taskmover.storage.benchmarks.Contenders.SQLITE;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * {@code make bench}: measures everyone in one run, prints the figures and then the ratios that this project holds
 * itself to. Arguments: {@code rows=10000,100000 rounds=3 slice=700 only=MEMORY,MAP jmh=true}, slice in milliseconds.
 */
public final class Main {
    private static final String FIND = "findById, 1/s";
    private static final String SAVE = "save, 1 thread, 1/s";
    private static final String QUERY = "indexed query, 1/s";
    private static final String LOAD = "load, rows/s";
    private static final String SCAN = "filtered scan, 1/s";

    /** That {@code ours} does at least {@code least} times as well as {@code theirs}. */
    private record Goal(String what, Contenders ours, Contenders theirs, double least) {}

    private static final List<Goal> GOALS = List.of(
            new Goal(FIND, MEMORY, NITRITE_MEMORY, 20),
            new Goal(SAVE, MEMORY, NITRITE_MEMORY, 6),
            new Goal(LOAD, MEMORY, NITRITE_MEMORY, 10),
            new Goal(QUERY, MEMORY, NITRITE_MEMORY, 10),
            new Goal(FIND, MEMORY, MAP, 1 / 3.0),
            new Goal(LOAD, SQLITE, JDBC, 0.85),
            new Goal(FIND, SQLITE, JDBC, 0.85),
            new Goal(QUERY, SQLITE, JDBC, 0.85),
            new Goal(SCAN, SQLITE, JDBC, 0.85),
            new Goal(LOAD, SQLITE, JDBI, 1),
            new Goal(FIND, SQLITE, JDBI, 1),
            new Goal(QUERY, SQLITE, JDBI, 1),
            new Goal(SCAN, SQLITE, JDBI, 1),
            new Goal(LOAD, SQLITE, HIBERNATE, 1),
            new Goal(FIND, SQLITE, HIBERNATE, 1),
            new Goal(QUERY, SQLITE, HIBERNATE, 1),
            new Goal(SCAN, SQLITE, HIBERNATE, 1));

    private Main() {}

    public static void main(String[] arguments) throws Exception {
        int[] sizes = {10_000, 100_000};
        int rounds = 3;
        long slice = 700;
        boolean jmh = true;
        List<Contenders> contenders = List.of(Contenders.values());
        for (String argument : arguments) {
            String value = argument.substring(argument.indexOf('=') + 1);
            switch (argument.replaceFirst("=.*", "")) {
                case "rows" ->
                    sizes = Arrays.stream(value.split(","))
                            .mapToInt(Integer::parseInt)
                            .toArray();
                case "rounds" -> rounds = Integer.parseInt(value);
                case "slice" -> slice = Long.parseLong(value);
                case "jmh" -> jmh = Boolean.parseBoolean(value);
                case "only" ->
                    contenders = Arrays.stream(value.split(","))
                            .map(Contenders::valueOf)
                            .toList();
                default -> throw new IllegalArgumentException("Unknown argument: " + argument);
            }
        }
        printMachine();
        Results results = new Results();
        for (int rows : sizes) {
            for (int round = 1; round <= rounds; round++) {
                for (Contenders contender : contenders) {
                    System.err.printf(Locale.ROOT, "%,d rows, round %d of %d: %s%n", rows, round, rounds, contender);
                    new WholeRun(contender, rows, slice, results).run();
                }
            }
        }
        results.print();
        System.out.println("\nchecksums: " + (results.checksumsAgree() ? "everyone read the same" : "DIFFER"));
        for (int rows : sizes) {
            printGoals(results, rows, "Ratios, " + rows + " rows, whole runs");
        }
        if (jmh) {
            Results small = new Results();
            runJmh(contenders, sizes[0], small);
            printGoals(small, sizes[0], "Ratios, " + sizes[0] + " rows, JMH");
        }
    }

    private static void printMachine() {
        System.out.printf(
                "%s %s, Java %s, %d processors, heap at most %d MiB%n",
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                Runtime.version(),
                Runtime.getRuntime().availableProcessors(),
                Runtime.getRuntime().maxMemory() >> 20);
    }

    private static void printGoals(Results results, int rows, String title) {
        System.out.println("\n" + title);
        for (Goal goal : GOALS) {
            Optional<Double> ours = results.median(goal.what(), rows, goal.ours());
            Optional<Double> theirs = results.median(goal.what(), rows, goal.theirs());
            if (ours.isPresent() && theirs.isPresent()) {
                double ratio = ours.get() / theirs.get();
                System.out.printf(
                        Locale.ROOT,
                        "  %-6s %-22s %-16s %8.2f x %-16s goal %.2f%n",
                        ratio >= goal.least() ? "met" : "MISSED",
                        goal.what(),
                        goal.ours(),
                        ratio,
                        goal.theirs(),
                        goal.least());
            }
        }
    }

    private static void runJmh(List<Contenders> contenders, int rows, Results results) throws RunnerException {
        List<String> names = new ArrayList<>();
        for (Contenders contender : contenders) {
            names.add(contender.name());
        }
        var options = new OptionsBuilder()
                .include(Small.class.getName() + "\\.(findById|indexedQuery|save)")
                .param("contender", names.toArray(new String[0]))
                .param("rows", Integer.toString(rows));
        for (RunResult result : new Runner(options.build()).run()) {
            String what = switch (result.getPrimaryResult().getLabel()) {
                case "findById" -> FIND;
                case "indexedQuery" -> QUERY;
                default -> SAVE;
            };
            Contenders contender = Contenders.valueOf(result.getParams().getParam("contender"));
            results.add(what, rows, contender, result.getPrimaryResult().getScore(), 0, 0);
        }
    }
}
