package io.taskmover.storage.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalDouble;

/** Figures of all runs, by what was measured, at how many rows, and whose they are; prints medians. */
final class Results {
    /** A measure at a size; rows of the table. */
    private record Line(String what, int rows) {}

    /** @param checksum of what was read, 0 where nothing was; equal for all of a line */
    private record Figure(double value, long checksum, long flushes) {}

    private final Map<Line, Map<String, List<Figure>>> lines = new LinkedHashMap<>();

    /** @param flushes disk flushes meanwhile, -1 if unknown */
    void add(String what, int rows, String who, double value, long checksum, long flushes) {
        lines.computeIfAbsent(new Line(what, rows), line -> new LinkedHashMap<>())
                .computeIfAbsent(who, key -> new ArrayList<>())
                .add(new Figure(value, checksum, flushes));
    }

    /** A figure of which nothing is known but its value. */
    void add(String what, int rows, String who, double value) {
        add(what, rows, who, value, 0, 0);
    }

    OptionalDouble median(String what, int rows, String who) {
        List<Figure> figures =
                lines.getOrDefault(new Line(what, rows), Map.of()).getOrDefault(who, List.of());
        if (figures.isEmpty()) {
            return OptionalDouble.empty();
        }
        double[] values = sorted(figures);
        return OptionalDouble.of(values[values.length / 2]);
    }

    private static double[] sorted(List<Figure> figures) {
        return figures.stream().mapToDouble(Figure::value).sorted().toArray();
    }

    /** Whether all of every line read the same. */
    boolean checksumsAgree() {
        return lines.values().stream()
                .allMatch(figures -> figures.values().stream()
                                .flatMap(List::stream)
                                .mapToLong(Figure::checksum)
                                .filter(checksum -> checksum != 0)
                                .distinct()
                                .count()
                        <= 1);
    }

    void print() {
        lines.forEach((line, figures) -> {
            System.out.printf(Locale.ROOT, "%n%s, %,d rows%n", line.what(), line.rows());
            figures.forEach((who, each) -> {
                double[] values = sorted(each);
                Figure last = each.get(each.size() - 1);
                System.out.printf(
                        Locale.ROOT,
                        "  %-32s %s   (%s)%s%s%n",
                        who,
                        number(values[values.length / 2]),
                        String.join(
                                ", ",
                                Arrays.stream(values)
                                        .mapToObj(value -> number(value).strip())
                                        .toList()),
                        last.checksum() == 0 ? "" : "   checksum " + Long.toHexString(last.checksum()),
                        last.flushes() <= 0 ? "" : "   flushes " + last.flushes());
            });
        });
    }

    /** Prints how measures grow with the number of rows: a line for each measure and name, a column for each size. */
    void printGrowth(List<String> measures, List<String> names, List<Integer> sizes) {
        System.out.printf("%n%-32s %-31s", "Growth", "");
        for (int rows : sizes) {
            System.out.printf(Locale.ROOT, " %,16d", rows);
        }
        System.out.println();
        for (String what : measures) {
            for (String who : names) {
                if (sizes.stream().anyMatch(rows -> median(what, rows, who).isPresent())) {
                    System.out.printf("  %-30s %-31s", what, who);
                    for (int rows : sizes) {
                        OptionalDouble median = median(what, rows, who);
                        System.out.print(" " + (median.isPresent() ? number(median.getAsDouble()) : " ".repeat(16)));
                    }
                    System.out.println();
                }
            }
        }
    }

    /** With about as many digits as mean something, in 16 columns. */
    private static String number(double value) {
        return String.format(Locale.ROOT, value >= 1_000 ? "%,16.0f" : value >= 10 ? "%,16.1f" : "%,16.4f", value);
    }
}
