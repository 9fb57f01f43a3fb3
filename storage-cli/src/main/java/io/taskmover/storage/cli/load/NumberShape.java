package io.taskmover.storage.cli.load;

/** What kind of number a text spells, if writing that number back gives the text again. */
enum NumberShape {
    /** An integer of 64 bits without leading zeros or plus sign. */
    INTEGER,
    /** A number with a fraction that a double could print: 0.5, 33.0, 1.5E-7. */
    FRACTION,
    /** A number whose fraction ends in zeros that mean something: 12.50. */
    SCALED,
    /** No number, or one that would not be written like this: 007, +1, 1e5, .5. */
    NONE;

    static NumberShape of(String text) {
        int length = text.length();
        int start = text.charAt(0) == '-' ? 1 : 0;
        int point = digits(text, start);
        if (point == start || (text.charAt(start) == '0' && point > start + 1)) {
            return NONE;
        }
        if (point == length) {
            return isLong(text, point - start) ? INTEGER : NONE;
        }
        if (text.charAt(point) != '.') {
            return NONE;
        }
        int end = digits(text, point + 1);
        if (end == point + 1) {
            return NONE;
        }
        if (end < length) {
            return isExponent(text, end) ? FRACTION : NONE;
        }
        return text.charAt(length - 1) == '0' && end > point + 2 ? SCALED : FRACTION;
    }

    private static int digits(String text, int from) {
        int i = from;
        while (i < text.length() && text.charAt(i) >= '0' && text.charAt(i) <= '9') {
            i++;
        }
        return i;
    }

    private static boolean isExponent(String text, int from) {
        if (text.charAt(from) != 'e' && text.charAt(from) != 'E') {
            return false;
        }
        int digits = from + 1;
        if (digits < text.length() && (text.charAt(digits) == '-' || text.charAt(digits) == '+')) {
            digits++;
        }
        // three digits are all that a double has
        return digits < text.length() && text.length() - digits <= 3 && digits(text, digits) == text.length();
    }

    private static boolean isLong(String text, int digits) {
        if (text.equals("-0")) {
            return false;
        }
        if (digits < 19) {
            return true;
        }
        if (digits > 19) {
            return false;
        }
        String limit = text.charAt(0) == '-' ? "9223372036854775808" : "9223372036854775807";
        return text.substring(text.length() - 19).compareTo(limit) <= 0;
    }
}
