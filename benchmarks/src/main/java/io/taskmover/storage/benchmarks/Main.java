package io.taskmover.storage.benchmarks;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * {@code make bench}: measures everyone in one run, prints the figures and then the ratios that this project holds
 * itself to. Arguments: {@code rows=10000,100000 rounds=3 slice=700 sustain=60 only=MEMORY,MAP whole=true bulk=true
 * saves=true transactions=true caches=true versions=true backups=true jmh=true}, slice in milliseconds, sustain in seconds (0 for none). Saves beside their least cost are measured at the
 * first number of rows. What was written is deleted at the end: a million rows take up to 5 GB a round.
 */
public final class Main {
    /** Beyond this many rows only those take part whom they take a reasonable time and space. */
    private static final int MANY_ROWS = 200_000;

    private static final Set<Contenders> BACKED_UP = Set.of(Contenders.FILE, Contenders.LINES, Contenders.SQLITE);

    private Main() {}

    /**
     * What to measure.
     *
     * @param slice milliseconds
     * @param sustain seconds
     */
    private record Plan(
            List<Contenders> contenders,
            List<Integer> sizes,
            int rounds,
            long slice,
            int sustain,
            boolean whole,
            boolean bulk,
            boolean saves,
            boolean transactions,
            boolean caches,
            boolean versions,
            boolean backups,
            boolean jmh) {

        static Plan of(String[] arguments) {
            List<Integer> sizes = List.of(10_000, 100_000);
            int rounds = 3;
            long slice = 700;
            int sustain = 60;
            boolean whole = true;
            boolean bulk = true;
            boolean saves = true;
            boolean transactions = true;
            boolean caches = true;
            boolean versions = true;
            boolean backups = true;
            boolean jmh = true;
            List<Contenders> contenders = List.of(Contenders.values());
            for (String argument : arguments) {
                String value = argument.substring(argument.indexOf('=') + 1);
                switch (argument.replaceFirst("=.*", "")) {
                    case "rows" ->
                        sizes = Arrays.stream(value.split(","))
                                .map(Integer::valueOf)
                                .toList();
                    case "rounds" -> rounds = Integer.parseInt(value);
                    case "slice" -> slice = Long.parseLong(value);
                    case "sustain" -> sustain = Integer.parseInt(value);
                    case "whole" -> whole = Boolean.parseBoolean(value);
                    case "bulk" -> bulk = Boolean.parseBoolean(value);
                    case "saves" -> saves = Boolean.parseBoolean(value);
                    case "transactions" -> transactions = Boolean.parseBoolean(value);
                    case "caches" -> caches = Boolean.parseBoolean(value);
                    case "versions" -> versions = Boolean.parseBoolean(value);
                    case "backups" -> backups = Boolean.parseBoolean(value);
                    case "jmh" -> jmh = Boolean.parseBoolean(value);
                    case "only" ->
                        contenders = Arrays.stream(value.split(","))
                                .map(Contenders::valueOf)
                                .toList();
                    default -> throw new IllegalArgumentException("Unknown argument: " + argument);
                }
            }
            contenders = contenders.stream().filter(Contenders::isAvailable).toList();
            return new Plan(
                    contenders,
                    sizes,
                    rounds,
                    slice,
                    sustain,
                    whole,
                    bulk,
                    saves,
                    transactions,
                    caches,
                    versions,
                    backups,
                    jmh);
        }

        List<Contenders> contenders(Predicate<Contenders> which) {
            return contenders.stream().filter(which).toList();
        }
    }

    public static void main(String[] arguments) throws Exception {
        try {
            run(Plan.of(arguments));
        } finally {
            PostgresServer.stop();
            Disk.deleteUsed();
        }
    }

    private static void run(Plan plan) throws Exception {
        printMachine();
        Results results = new Results();
        if (plan.whole()) {
            for (int rows : plan.sizes()) {
                wholeRuns(plan, rows, results);
            }
        }
        if (plan.bulk()) {
            bulk(plan, results);
        }
        if (plan.backups()) {
            backups(plan, results);
        }
        if (plan.whole() && !plan.contenders(Contenders::isJsonStore).isEmpty()) {
            jsonItself(plan, results);
        }
        if (plan.saves() && !plan.contenders(Contenders::isJsonStore).isEmpty()) {
            saves(plan, results);
        }
        if (plan.transactions() && plan.contenders().contains(Contenders.MEMORY)) {
            for (int round = 1; round <= plan.rounds(); round++) {
                System.err.printf(Locale.ROOT, "transactions, round %d of %d%n", round, plan.rounds());
                new Transactions(plan.sizes().get(0), plan.slice(), results).run();
            }
        }
        if (plan.caches() && plan.contenders().contains(Contenders.MEMORY)) {
            for (int round = 1; round <= plan.rounds(); round++) {
                System.err.printf(Locale.ROOT, "caches, round %d of %d%n", round, plan.rounds());
                new Caches(plan.sizes().get(0), plan.slice(), results).run();
                new DiskCaches(plan.sizes().get(0), plan.slice(), results).run();
            }
        }
        for (int round = 1; plan.versions() && round <= plan.rounds(); round++) {
            System.err.printf(Locale.ROOT, "versions, round %d of %d%n", round, plan.rounds());
            new Versions(plan.sizes().get(0), plan.slice(), results).run();
        }
        results.print();
        System.out.println("\nchecksums: " + (results.checksumsAgree() ? "everyone read the same" : "DIFFER"));
        if (plan.sizes().size() > 1) {
            List<String> names =
                    plan.contenders().stream().map(Contenders::title).toList();
            results.printGrowth(
                    List.of(Measure.LOAD, Measure.LOAD_IN_PLACE, Measure.FIND, Measure.REOPEN), names, plan.sizes());
        }
        Set<Integer> sizes = new TreeSet<>(plan.sizes());
        if (plan.bulk()) {
            sizes.addAll(List.of(Bulk.SAVED_ROWS, Bulk.SCANNED_ROWS));
        }
        for (int rows : sizes) {
            Goals.print(results, rows, "Ratios, " + rows + " rows");
        }
        if (plan.jmh()) {
            int rows = plan.sizes().get(0);
            Results small = new Results();
            runJmh(plan.contenders(contender -> !contender.onlyLoads()), rows, small);
            Goals.print(small, rows, "Ratios, " + rows + " rows, JMH");
        }
    }

    private static void wholeRuns(Plan plan, int rows, Results results) throws Exception {
        for (int round = 1; round <= plan.rounds(); round++) {
            for (Contenders contender : plan.contenders()) {
                if (rows <= MANY_ROWS || contender.isForMillions()) {
                    System.err.printf(
                            Locale.ROOT, "%,d rows, round %d of %d: %s%n", rows, round, plan.rounds(), contender);
                    new WholeRun(contender, rows, plan.slice(), results).run();
                }
            }
        }
    }

    private static void bulk(Plan plan, Results results) throws Exception {
        for (int round = 1; round <= plan.rounds(); round++) {
            for (Contenders contender : plan.contenders(Contenders::isRelational)) {
                System.err.printf(Locale.ROOT, "bulk, round %d of %d: %s%n", round, plan.rounds(), contender);
                Bulk bulk = new Bulk(contender, results);
                bulk.saveAll();
                bulk.scan();
            }
        }
    }

    private static void backups(Plan plan, Results results) throws Exception {
        for (int rows : plan.sizes()) {
            for (int round = 1; round <= plan.rounds(); round++) {
                for (Contenders contender : plan.contenders(BACKED_UP::contains)) {
                    System.err.printf(
                            Locale.ROOT,
                            "backups, %,d rows, round %d of %d: %s%n",
                            rows,
                            round,
                            plan.rounds(),
                            contender);
                    new Backups(contender, rows, results).run();
                }
            }
        }
    }

    private static void jsonItself(Plan plan, Results results) {
        for (int rows : plan.sizes()) {
            double bytes = EveryFile.jsonBytes(Job.all(rows));
            results.add(Measure.DISK, rows, EveryFile.JSON_ITSELF, bytes / rows);
        }
    }

    /** Durable saves of JSON stores and who is compared with them, in turns: in brief, then sustained. */
    private static void saves(Plan plan, Results results) throws Exception {
        List<Contenders> stores = plan.contenders(Contenders::isJsonStore);
        List<Contenders> everyone =
                plan.contenders(contender -> contender.isJsonStore() || contender == Contenders.ROCKSDB);
        DurableSaves saves = new DurableSaves(plan.sizes().get(0), plan.slice(), results);
        for (int round = 1; round <= plan.rounds(); round++) {
            for (int threads : new int[] {1, DurableSaves.GROUP}) {
                System.err.printf(Locale.ROOT, "saves, %d threads, round %d of %d%n", threads, round, plan.rounds());
                saves.brief(everyone, threads);
            }
        }
        // after all that is brief: each save that lasts to become a file frees one, see Disk.deleteAtEnd
        for (int round = 1; round <= plan.rounds() && plan.sustain() > 0; round++) {
            for (int threads : new int[] {1, DurableSaves.GROUP}) {
                System.err.printf(
                        Locale.ROOT, "sustained saves, %d threads, round %d of %d%n", threads, round, plan.rounds());
                saves.sustained(stores, threads, plan.sustain());
            }
        }
    }

    private static void printMachine() throws IOException {
        System.out.printf(
                "%s %s, Java %s, %d processors, heap at most %d MiB, %s%n",
                System.getProperty("os.name"),
                System.getProperty("os.arch"),
                Runtime.version(),
                Runtime.getRuntime().availableProcessors(),
                Runtime.getRuntime().maxMemory() >> 20,
                Disk.describe());
        System.out.println(
                "What was written is read from the page cache, by everyone alike; flushes are the disk's, whoever"
                        + " asked for them.");
    }

    private static void runJmh(List<Contenders> contenders, int rows, Results results)
            throws IOException, RunnerException {
        List<String> names = new ArrayList<>();
        for (Contenders contender : contenders) {
            names.add(contender.name());
        }
        var options = new OptionsBuilder()
                .include(Small.class.getName() + "\\.(findById|indexedQuery|save)")
                .param("contender", names.toArray(new String[0]))
                .param("rows", Integer.toString(rows));
        if (contenders.stream().anyMatch(Contenders::isOnServer)) {
            options.jvmArgsAppend(Small.HEAP, PostgresServer.argument());
        }
        for (RunResult result : new Runner(options.build()).run()) {
            String what = switch (result.getPrimaryResult().getLabel()) {
                case "findById" -> Measure.FIND;
                case "indexedQuery" -> Measure.QUERY;
                default -> Measure.save(1);
            };
            Contenders contender = Contenders.valueOf(result.getParams().getParam("contender"));
            results.add(what, rows, contender.title(), result.getPrimaryResult().getScore());
        }
    }
}
