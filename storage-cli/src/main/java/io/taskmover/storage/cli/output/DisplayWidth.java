package io.taskmover.storage.cli.output;

/**
 * How many columns of a terminal a text takes: two for East Asian wide characters and emoji (Unicode Standard Annex 11,
 * classes W and F), none for combining marks, joiners and control characters, one for all others.
 */
public final class DisplayWidth {
    private static final String ELLIPSIS = "…";
    private static final int ZERO_WIDTH_JOINER = 0x200D;

    private DisplayWidth() {}

    /** The columns that a text takes. */
    public static int of(String text) {
        return fitting(text, Integer.MAX_VALUE, true);
    }

    /** The text, or its beginning and an ellipsis, in at most {@code columns}; whole characters as people see them. */
    public static String truncate(String text, int columns) {
        if ((text.length() <= columns && isAscii(text)) || of(text) <= columns) {
            return text;
        }
        return text.substring(0, fitting(text, columns - 1, false)) + ELLIPSIS;
    }

    /** The width of the longest beginning of the text that fits into {@code columns}, or its length in chars. */
    private static int fitting(String text, int columns, boolean asWidth) {
        int width = 0;
        int previous = 0;
        int i = 0;
        while (i < text.length()) {
            int codePoint = text.codePointAt(i);
            // two regional indicators make one flag; what a joiner joins shows as one picture
            boolean second = isRegionalIndicator(codePoint) && isRegionalIndicator(previous);
            if (!second && previous != ZERO_WIDTH_JOINER) {
                int more = of(codePoint);
                if (more > columns - width) {
                    break;
                }
                width += more;
            }
            previous = second ? 0 : codePoint;
            i += Character.charCount(codePoint);
        }
        return asWidth ? width : i;
    }

    private static boolean isAscii(String text) {
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) > 0x7E) {
                return false;
            }
        }
        return true;
    }

    private static boolean isRegionalIndicator(int codePoint) {
        return codePoint >= 0x1F1E6 && codePoint <= 0x1F1FF;
    }

    private static int of(int codePoint) {
        if (codePoint < 0x7F) {
            return codePoint < 0x20 ? 0 : 1;
        }
        switch (Character.getType(codePoint)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT, Character.CONTROL -> {
                return 0;
            }
            default -> {
                return isWide(codePoint) ? 2 : 1;
            }
        }
    }

    private static boolean isWide(int c) {
        return (c >= 0x1100 && c <= 0x115F)
                || (c >= 0x2E80 && c <= 0x303E)
                || (c >= 0x3041 && c <= 0xA4CF)
                || (c >= 0xA960 && c <= 0xA97C)
                || (c >= 0xAC00 && c <= 0xD7A3)
                || (c >= 0xF900 && c <= 0xFAFF)
                || (c >= 0xFE30 && c <= 0xFE6F)
                || (c >= 0xFF01 && c <= 0xFF60)
                || (c >= 0xFFE0 && c <= 0xFFE6)
                || (c >= 0x16FE0 && c <= 0x18AFF)
                || (c >= 0x1B000 && c <= 0x1B2FF)
                || (c >= 0x1F000 && c <= 0x1FAFF && !isNarrowSymbol(c))
                || (c >= 0x20000 && c <= 0x3FFFD);
    }

    private static boolean isNarrowSymbol(int c) {
        return (c >= 0x1F100 && c <= 0x1F1E5 && c != 0x1F18E && !(c >= 0x1F191 && c <= 0x1F19A));
    }
}
