package io.taskmover.storage.engine;

import io.taskmover.storage.schema.Blob;
import io.taskmover.storage.schema.Row;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Estimates how much of the heap a row takes: sizes of a 64-bit HotSpot with compressed references, objects rounded up
 * to 8 bytes, nothing shared. Equal rows weigh the same.
 */
final class RowWeight {
    /** The row, its array's header and its place in the cache. */
    private static final int ROW = 24 + 16 + 8;

    private static final int REFERENCE = 4;
    private static final int BOXED = 16;
    /** An object with a few fields: instants, dates, times, uuids, the heads of texts and blobs. */
    private static final int SMALL = 24;

    private static final int ARRAY = 16;
    private static final int DECIMAL = 40;
    /** A big integer and its array's header; a decimal has one if its digits do not fit a long. */
    private static final int BIG_INTEGER = 40 + ARRAY;

    private static final int LONG_DIGITS = 18;
    /** An unmodifiable view, a linked hash map and its table's header. */
    private static final int MAP = 32 + 56 + ARRAY;

    private static final int MAP_ENTRY = 40 + 2 * REFERENCE;
    /** An unmodifiable view, a list and its array's header. */
    private static final int LIST = 24 + 24 + ARRAY;

    private RowWeight() {}

    /** The weight of a row in bytes. */
    static long of(Row row) {
        int columns = row.type().size();
        long bytes = ROW + (long) REFERENCE * columns;
        for (int i = 0; i < columns; i++) {
            bytes += ofValue(row.get(i));
        }
        return bytes;
    }

    private static long ofValue(@Nullable Object value) {
        if (value == null || value instanceof Boolean) {
            return 0;
        }
        if (value instanceof String text) {
            return SMALL + ARRAY + rounded((long) text.length() * bytesPerChar(text));
        }
        if (value instanceof Number) {
            return value instanceof BigDecimal decimal ? ofDecimal(decimal) : BOXED;
        }
        if (value instanceof Blob blob) {
            return SMALL + ARRAY + rounded(blob.length());
        }
        if (value instanceof Map<?, ?> map) {
            return ofMap(map);
        }
        return value instanceof List<?> list ? ofList(list) : SMALL + SMALL;
    }

    private static long ofDecimal(BigDecimal decimal) {
        int digits = decimal.precision();
        return digits <= LONG_DIGITS ? DECIMAL : DECIMAL + BIG_INTEGER + digits / 2;
    }

    private static long ofMap(Map<?, ?> map) {
        long bytes = MAP;
        for (Map.Entry<?, ?> member : map.entrySet()) {
            bytes += MAP_ENTRY + ofValue(member.getKey()) + ofValue(member.getValue());
        }
        return bytes;
    }

    private static long ofList(List<?> list) {
        long bytes = LIST;
        for (Object element : list) {
            bytes += REFERENCE + ofValue(element);
        }
        return bytes;
    }

    /** Texts of Latin-1 take a byte a char, all others two. */
    private static int bytesPerChar(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0xFF) {
                return 2;
            }
        }
        return 1;
    }

    private static long rounded(long bytes) {
        return (bytes + 7) & ~7L;
    }
}
