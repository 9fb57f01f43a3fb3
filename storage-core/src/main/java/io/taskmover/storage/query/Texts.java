package io.taskmover.storage.query;

import io.taskmover.storage.error.QueryException;
import io.taskmover.storage.query.Expression.Function;

/** JDQL's functions of text. Text is counted in code points; only ASCII letters have a case. */
final class Texts {
    private Texts() {}

    static long length(String text) {
        return text.codePointCount(0, text.length());
    }

    static String lower(String text) {
        return mapped(text, 'A', 'Z');
    }

    static String upper(String text) {
        return mapped(text, 'a', 'z');
    }

    /** The letters from {@code first} to {@code last} in the other case, which in ASCII is one bit. */
    private static String mapped(String text, char first, char last) {
        char[] changed = null;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c >= first && c <= last) {
                changed = changed == null ? text.toCharArray() : changed;
                changed[i] = (char) (c ^ 0x20);
            }
        }
        return changed == null ? text : new String(changed);
    }

    static String left(String text, long count) {
        check(Function.LEFT, count);
        return count >= length(text) ? text : text.substring(0, text.offsetByCodePoints(0, (int) count));
    }

    static String right(String text, long count) {
        check(Function.RIGHT, count);
        return count >= length(text) ? text : text.substring(text.offsetByCodePoints(text.length(), -(int) count));
    }

    private static void check(Function function, long count) {
        if (count < 0) {
            throw new QueryException(function + " takes a count of at least 0, not " + count);
        }
    }
}
