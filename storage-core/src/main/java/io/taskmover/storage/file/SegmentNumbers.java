package io.taskmover.storage.file;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The names of segments: ten digits that put them in the order of their rows, in steps of a thousand as the lines of a
 * BASIC program, so that others find room between them. A segment keeps its number; where no room is left, neighbours
 * are given new ones.
 */
final class SegmentNumbers {
    /** The end of every segment's name. */
    static final String SUFFIX = ".jsonl";

    private static final long FIRST = 1_000_000;
    private static final long STEP = 1_000;
    private static final long END = 10_000_000_000L;
    /** How far apart numbers are at least when some are put between others. */
    private static final long ROOM = 4;

    private static final Pattern NAME = Pattern.compile("(\\d{10})\\.jsonl");

    private SegmentNumbers() {}

    static String name(long number) {
        return String.format("%010d", number) + SUFFIX;
    }

    /** The number in the name of a segment; 0 if the store did not give that name. */
    static long number(Path file) {
        Matcher name = NAME.matcher(EntityFolder.name(file));
        return name.matches() ? Long.parseLong(name.group(1)) : 0;
    }

    /**
     * Gives numbers to segments that have none.
     *
     * @param segments the numbers of all segments in the order of their rows; 0 for those that have none
     * @param taken numbers that no other segment may get
     * @return ascending numbers: mostly those that were there, and new ones
     * @throws IOException if there are more segments than numbers
     */
    static long[] assign(long[] segments, Set<Long> taken) throws IOException {
        long[] result = segments.clone();
        int from = 0;
        while (from < result.length) {
            if (result[from] != 0) {
                from++;
                continue;
            }
            int to = from;
            while (to < result.length && result[to] == 0) {
                to++;
            }
            long[] numbers =
                    between(from == 0 ? 0 : result[from - 1], to == result.length ? 0 : result[to], to - from, taken);
            if (numbers != null) {
                System.arraycopy(numbers, 0, result, from, numbers.length);
                from = to;
            } else if (to < result.length) {
                result[to] = 0;
            } else if (from > 0) {
                result[--from] = 0;
                while (from > 0 && result[from - 1] == 0) {
                    from--;
                }
            } else {
                throw new IOException("a table cannot have " + result.length + " segments");
            }
        }
        return result;
    }

    /** Numbers above {@code left} and below {@code right}, which are 0 if there is no such segment; null if they do not fit. */
    private static long @Nullable [] between(long left, long right, int count, Set<Long> taken) {
        long start = left;
        long step = STEP;
        if (left == 0 && right == 0) {
            start = FIRST - STEP;
        } else if (left == 0) {
            start = right - STEP * (count + 1L);
        }
        long end = right == 0 ? END : right;
        if (start < 0 || (left != 0 && right != 0) || start + step * count >= end) {
            start = left;
            step = (end - start) / (count + 1);
        }
        if (step < ROOM) {
            return null;
        }
        long[] numbers = new long[count];
        for (int i = 0; i < count; i++) {
            long number = Math.max(start + step * (i + 1), i == 0 ? start + 1 : numbers[i - 1] + 1);
            while (taken.contains(number)) {
                number++;
            }
            if (number >= end) {
                return null;
            }
            numbers[i] = number;
        }
        return numbers;
    }
}
