package io.taskmover.storage.schema;

import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import org.jspecify.annotations.Nullable;

/**
 * Instants as ISO 8601 text in UTC, as {@link Instant#toString} writes them: {@code 2026-11-23T05:38:47Z}, with 3, 6 or 9 digits
 * of a fraction if there is one. By hand, because a formatter takes some fifteen times as long, and rows that are read from
 * files, backups and versions have such texts in them.
 */
final class InstantText {
    private static final int SECONDS_PER_DAY = 86_400;
    /** Up to the seconds: {@code 2026-11-23T05:38:47}. */
    private static final int WHOLE = 19;

    private static final int FRACTION_DIGITS = 9;

    private InstantText() {}

    /** What {@link Instant#toString} gives. */
    static String format(Instant instant) {
        long second = instant.getEpochSecond();
        LocalDate date = LocalDate.ofEpochDay(Math.floorDiv(second, SECONDS_PER_DAY));
        if (date.getYear() < 0 || date.getYear() > 9999) {
            return instant.toString();
        }
        int nano = instant.getNano();
        int digits = nano == 0 ? 0 : nano % 1_000_000 == 0 ? 3 : nano % 1_000 == 0 ? 6 : FRACTION_DIGITS;
        byte[] text = new byte[digits == 0 ? WHOLE + 1 : WHOLE + 1 + digits + 1];
        int ofDay = (int) Math.floorMod(second, (long) SECONDS_PER_DAY);
        put(text, 0, 4, date.getYear());
        text[4] = '-';
        put(text, 5, 2, date.getMonthValue());
        text[7] = '-';
        put(text, 8, 2, date.getDayOfMonth());
        text[10] = 'T';
        put(text, 11, 2, ofDay / 3600);
        text[13] = ':';
        put(text, 14, 2, ofDay / 60 % 60);
        text[16] = ':';
        put(text, 17, 2, ofDay % 60);
        if (digits > 0) {
            text[WHOLE] = '.';
            put(text, WHOLE + 1, digits, digits == 3 ? nano / 1_000_000 : digits == 6 ? nano / 1_000 : nano);
        }
        text[text.length - 1] = 'Z';
        return new String(text, StandardCharsets.ISO_8859_1);
    }

    private static void put(byte[] text, int at, int width, int number) {
        int rest = number;
        for (int i = at + width - 1; i >= at; i--) {
            text[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    /**
     * An instant from text with any offset, the form of {@link OffsetDateTime#parse(CharSequence)}.
     *
     * @throws java.time.format.DateTimeParseException if it is none
     */
    static Instant parse(String text) {
        Instant instant = parseUtc(text);
        return instant != null ? instant : OffsetDateTime.parse(text).toInstant();
    }

    /** Null if the text is not in UTC with seconds and a year of four digits, or is no instant at all. */
    private static @Nullable Instant parseUtc(String text) {
        int end = text.length() - 1;
        if (end < WHOLE
                || end > WHOLE + 1 + FRACTION_DIGITS
                || text.charAt(end) != 'Z'
                || text.charAt(4) != '-'
                || text.charAt(7) != '-'
                || text.charAt(10) != 'T'
                || text.charAt(13) != ':'
                || text.charAt(16) != ':') {
            return null;
        }
        int year = number(text, 0, 4);
        int month = number(text, 5, 7);
        int day = number(text, 8, 10);
        int hour = number(text, 11, 13);
        int minute = number(text, 14, 16);
        int second = number(text, 17, WHOLE);
        int nano = end == WHOLE ? 0 : fraction(text, end);
        // one that is negative makes all of them so
        if ((year | month | day | hour | minute | second | nano) < 0 || hour > 23 || minute > 59 || second > 59) {
            return null;
        }
        try {
            long days = LocalDate.of(year, month, day).toEpochDay();
            return Instant.ofEpochSecond(days * SECONDS_PER_DAY + hour * 3600L + minute * 60L + second, nano);
        } catch (DateTimeException e) {
            return null; // the parser that comes next says what is wrong
        }
    }

    /** Nanoseconds from the digits behind the point; negative if there is anything else. */
    private static int fraction(String text, int end) {
        if (text.charAt(WHOLE) != '.' || end == WHOLE + 1) {
            return -1;
        }
        int nano = number(text, WHOLE + 1, end);
        for (int digits = end - WHOLE - 1; digits < FRACTION_DIGITS; digits++) {
            nano *= 10; // a negative one stays negative
        }
        return nano;
    }

    /** Negative if not all of the characters are digits. */
    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
