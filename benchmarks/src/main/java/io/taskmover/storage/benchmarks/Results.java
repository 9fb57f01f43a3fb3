package io.taskmover.storage.benchmarks;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** Figures of all runs; prints medians, and ratios to the contender that a row is about. */
final class Results {
    /** A measure at a size; rows of the table. */
    private record Line(String what, int rows) {}

    /** @param checksum of what was read, 0 where nothing was; equal for all contenders of a line */
    private record Figure(double value, long checksum, long flushes) {}

    private final Map<Line, Map<Contenders, List<Figure>>> lines = new LinkedHashMap<>();

    /**
     * @param value more is better; where less is, its negation
     * @param flushes disk flushes meanwhile, -1 if unknown
     */
    void add(String what, int rows, Contenders contender, double value, long checksum, long flushes) {
        lines.computeIfAbsent(new Line(what, rows), line -> new EnumMap<>(Contenders.class))
                .computeIfAbsent(contender, key -> new ArrayList<>())
                .add(new Figure(value, checksum, flushes));
    }

    Optional<Double> median(String what, int rows, Contenders contender) {
        List<Figure> figures =
                lines.getOrDefault(new Line(what, rows), Map.of()).get(contender);
        if (figures == null) {
            return Optional.empty();
        }
        double[] values = figures.stream().mapToDouble(Figure::value).sorted().toArray();
        return Optional.of(values[values.length / 2]);
    }

    /** Whether every contender of every line read the same. */
    boolean checksumsAgree() {
        return lines.values().stream()
                .allMatch(figures -> figures.values().stream()
                                .flatMap(List::stream)
                                .mapToLong(Figure::checksum)
                                .distinct()
                                .count()
                        <= 1);
    }

    void print() {
        lines.forEach((line, figures) -> {
            System.out.printf(Locale.ROOT, "%n%s, %,d rows%n", line.what(), line.rows());
            for (Map.Entry<Contenders, List<Figure>> entry : figures.entrySet()) {
                double[] values = entry.getValue().stream()
                        .mapToDouble(figure -> Math.abs(figure.value()))
                        .sorted()
                        .toArray();
                Figure last = entry.getValue().get(entry.getValue().size() - 1);
                System.out.printf(
                        Locale.ROOT,
                        "  %-24s %,16.1f   (%s)%s%s%n",
                        entry.getKey().create().name(),
                        values[values.length / 2],
                        Arrays.toString(
                                Arrays.stream(values).mapToLong(Math::round).toArray()),
                        last.checksum() == 0 ? "" : "   checksum " + Long.toHexString(last.checksum()),
                        last.flushes() <= 0 ? "" : "   flushes " + last.flushes());
            }
        });
    }
}
