package io.taskmover.storage.sql;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * LIKE patterns as SQLite can answer them case-sensitively: what precedes the first wildcard as a range, which an index
 * serves, and the whole as a GLOB. (SQLite's own LIKE folds case unless a pragma of the whole connection says no.)
 */
final class LikePattern {
    /** SQLITE_MAX_LIKE_PATTERN_LENGTH. A GLOB may take three bytes for one of LIKE's. */
    private static final int MAX_GLOB_BYTES = 50_000;

    private LikePattern() {}

    static QueryShape.Kind kind(String pattern) {
        int wildcard = wildcard(pattern);
        if (wildcard == pattern.length()) {
            return QueryShape.Kind.LIKE_EXACT;
        }
        boolean prefixed = wildcard > 0 && after(pattern) != null;
        if (prefixed && wildcard == pattern.length() - 1 && pattern.charAt(wildcard) == '%') {
            return QueryShape.Kind.LIKE_PREFIX;
        }
        if (pattern.length() > MAX_GLOB_BYTES / 9
                && glob(pattern).getBytes(StandardCharsets.UTF_8).length > MAX_GLOB_BYTES) {
            return QueryShape.Kind.LIKE_LONG;
        }
        return prefixed ? QueryShape.Kind.LIKE_PREFIXED : QueryShape.Kind.LIKE_ANY;
    }

    private static int wildcard(String pattern) {
        for (int i = 0; i < pattern.length(); i++) {
            if (pattern.charAt(i) == '%' || pattern.charAt(i) == '_') {
                return i;
            }
        }
        return pattern.length();
    }

    /** The text before the first wildcard. */
    static String prefix(String pattern) {
        return pattern.substring(0, wildcard(pattern));
    }

    /** The least text after all those that begin with the prefix, or null if there is none. */
    static @Nullable String after(String pattern) {
        int[] points = prefix(pattern).codePoints().toArray();
        for (int i = points.length - 1; i >= 0; i--) {
            if (points[i] < Character.MAX_CODE_POINT) {
                // lone surrogates are no text, so what follows U+D7FF is U+E000
                int next = points[i] == Character.MIN_SURROGATE - 1 ? Character.MAX_SURROGATE + 1 : points[i] + 1;
                return new String(points, 0, i) + Character.toString(next);
            }
        }
        return null;
    }

    /** The whole pattern for GLOB. */
    static String glob(String pattern) {
        StringBuilder glob = new StringBuilder(pattern.length() + 8);
        for (int i = 0; i < pattern.length(); i++) {
            char c = pattern.charAt(i);
            switch (c) {
                case '%' -> glob.append('*');
                case '_' -> glob.append('?');
                case '*', '?', '[' -> glob.append('[').append(c).append(']');
                default -> glob.append(c);
            }
        }
        return glob.toString();
    }
}
