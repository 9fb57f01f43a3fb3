package io.taskmover.storage.query;

import java.math.BigDecimal;

/** Compares numbers of different types by their exact values. */
final class Numbers {
    private Numbers() {}

    /** Compares two of Long, Double and BigDecimal. */
    static int compare(Object a, Object b) {
        return a instanceof Long x && b instanceof Long y ? Long.compare(x, y) : exact(a).compareTo(exact(b));
    }

    private static BigDecimal exact(Object number) {
        if (number instanceof BigDecimal decimal) {
            return decimal;
        }
        return number instanceof Long integer ? BigDecimal.valueOf(integer) : new BigDecimal((Double) number);
    }
}
