package io.taskmover.storage.query;

import java.util.function.Predicate;

/**
 * A compiled LIKE pattern: {@code %} stands for any code points, {@code _} for one, all else for itself. The shapes
 * that nearly all patterns have, a text with a {@code %} at its ends, become {@link String}'s own searches.
 */
final class LikePattern {
    private static final int ANY_RUN = -1;
    private static final int ANY_ONE = -2;

    private LikePattern() {}

    static Predicate<String> compile(String pattern) {
        int first = 0;
        int end = pattern.length();
        while (first < end && pattern.charAt(first) == '%') {
            first++;
        }
        while (end > first && pattern.charAt(end - 1) == '%') {
            end--;
        }
        String core = pattern.substring(first, end);
        if (core.indexOf('%') >= 0 || core.indexOf('_') >= 0) {
            int[] codes = codes(pattern);
            return text -> matches(codes, text);
        }
        boolean open = first > 0;
        boolean openEnd = end < pattern.length();
        if (core.isEmpty()) {
            return open || openEnd ? text -> true : String::isEmpty;
        }
        if (open) {
            return openEnd ? text -> text.contains(core) : text -> text.endsWith(core);
        }
        return openEnd ? text -> text.startsWith(core) : core::equals;
    }

    private static int[] codes(String pattern) {
        return pattern.codePoints()
                .map(c -> c == '%' ? ANY_RUN : c == '_' ? ANY_ONE : c)
                .toArray();
    }

    /**
     * Matches greedily and, on a mismatch, lets the last {@code %} take one code point more: going back to earlier ones
     * can never help, so the time is at most pattern times text and there is no recursion.
     */
    private static boolean matches(int[] pattern, String text) {
        int p = 0;
        int t = 0;
        int runPattern = -1;
        int runText = 0;
        while (t < text.length()) {
            int code = text.codePointAt(t);
            if (p < pattern.length && pattern[p] == ANY_RUN) {
                runPattern = ++p;
                runText = t;
            } else if (p < pattern.length && (pattern[p] == ANY_ONE || pattern[p] == code)) {
                p++;
                t += Character.charCount(code);
            } else if (runPattern >= 0) {
                runText += Character.charCount(text.codePointAt(runText));
                t = runText;
                p = runPattern;
            } else {
                return false;
            }
        }
        while (p < pattern.length && pattern[p] == ANY_RUN) {
            p++;
        }
        return p == pattern.length;
    }
}
