package io.taskmover.storage.cli;

import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The end of a message about an unknown name: the nearest known one, or those there are. */
final class Suggestion {
    private static final int MOST_LISTED = 20;

    private Suggestion() {}

    /**
     * @param kind what the names are, in the plural
     */
    static String of(String name, Collection<String> known, String kind) {
        if (known.isEmpty()) {
            return "; there are no " + kind;
        }
        Optional<String> nearest = known.stream()
                .filter(candidate -> distance(name, candidate) <= Math.max(1, name.length() / 3))
                .min(Comparator.comparingInt((String candidate) -> distance(name, candidate))
                        .thenComparing(Comparator.naturalOrder()));
        List<String> listed = known.stream().sorted().limit(MOST_LISTED).toList();
        String rest = known.size() > listed.size() ? " and " + (known.size() - listed.size()) + " more" : "";
        return nearest.map(candidate -> "; did you mean '" + candidate + "'?").orElse("")
                + (nearest.isPresent() ? " The " : "; the ")
                + kind + " are " + String.join(", ", listed) + rest;
    }

    /** The number of single-character edits between two words (Levenshtein). */
    private static int distance(String a, String b) {
        String x = a.toLowerCase(Locale.ROOT);
        String y = b.toLowerCase(Locale.ROOT);
        int[] previous = new int[y.length() + 1];
        for (int j = 0; j <= y.length(); j++) {
            previous[j] = j;
        }
        for (int i = 1; i <= x.length(); i++) {
            int[] current = new int[y.length() + 1];
            current[0] = i;
            for (int j = 1; j <= y.length(); j++) {
                int replaced = previous[j - 1] + (x.charAt(i - 1) == y.charAt(j - 1) ? 0 : 1);
                current[j] = Math.min(replaced, Math.min(current[j - 1], previous[j]) + 1);
            }
            previous = current;
        }
        return previous[y.length()];
    }
}
