package io.taskmover.storage.sql;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;

/**
 * Dates and times as ISO 8601 text of one fixed width per type, so that the order of the texts is the order of time:
 * {@code 2026-11-23}, {@code 05:38:47.123456789}, {@code 2026-11-23T05:38:47.123456789Z}.
 */
final class IsoText {
    private static final int DATE_WIDTH = 10;
    private static final int TIME_WIDTH = 18;
    private static final int INSTANT_WIDTH = DATE_WIDTH + 1 + TIME_WIDTH + 1;
    private static final int SECONDS_PER_DAY = 86_400;
    private static final int NANOS_PER_SECOND = 1_000_000_000;

    private IsoText() {}

    static String date(LocalDate date) {
        byte[] out = new byte[DATE_WIDTH];
        putDate(out, date);
        return text(out);
    }

    static String time(LocalTime time) {
        byte[] out = new byte[TIME_WIDTH];
        putTime(out, 0, time.toSecondOfDay(), (int) (time.toNanoOfDay() % NANOS_PER_SECOND));
        return text(out);
    }

    static String instant(Instant instant) {
        long seconds = instant.getEpochSecond();
        byte[] out = new byte[INSTANT_WIDTH];
        putDate(out, LocalDate.ofEpochDay(Math.floorDiv(seconds, SECONDS_PER_DAY)));
        out[DATE_WIDTH] = 'T';
        putTime(out, DATE_WIDTH + 1, Math.floorMod(seconds, SECONDS_PER_DAY), instant.getNano());
        out[INSTANT_WIDTH - 1] = 'Z';
        return text(out);
    }

    /** @throws IllegalArgumentException if {@code text} is not of the form that {@link #date} writes */
    static LocalDate parseDate(String text) {
        require(text, DATE_WIDTH);
        return dateAt(text);
    }

    /** @throws IllegalArgumentException if {@code text} is not of the form that {@link #time} writes */
    static LocalTime parseTime(String text) {
        require(text, TIME_WIDTH);
        return LocalTime.of(number(text, 0, 2), number(text, 3, 2), number(text, 6, 2), number(text, 9, 9));
    }

    /** @throws IllegalArgumentException if {@code text} is not of the form that {@link #instant} writes */
    static Instant parseInstant(String text) {
        require(text, INSTANT_WIDTH);
        long seconds = dateAt(text).toEpochDay() * SECONDS_PER_DAY
                + number(text, 11, 2) * 3600L
                + number(text, 14, 2) * 60L
                + number(text, 17, 2);
        return Instant.ofEpochSecond(seconds, number(text, 20, 9));
    }

    private static LocalDate dateAt(String text) {
        return LocalDate.of(number(text, 0, 4), number(text, 5, 2), number(text, 8, 2));
    }

    private static void putDate(byte[] out, LocalDate date) {
        put(out, 0, 4, date.getYear());
        out[4] = '-';
        put(out, 5, 2, date.getMonthValue());
        out[7] = '-';
        put(out, 8, 2, date.getDayOfMonth());
    }

    private static void putTime(byte[] out, int at, int secondOfDay, int nano) {
        put(out, at, 2, secondOfDay / 3600);
        out[at + 2] = ':';
        put(out, at + 3, 2, secondOfDay / 60 % 60);
        out[at + 5] = ':';
        put(out, at + 6, 2, secondOfDay % 60);
        out[at + 8] = '.';
        put(out, at + 9, 9, nano);
    }

    private static void put(byte[] out, int at, int width, int number) {
        int rest = number;
        for (int i = at + width - 1; i >= at; i--) {
            out[i] = (byte) ('0' + rest % 10);
            rest /= 10;
        }
    }

    private static String text(byte[] ascii) {
        return new String(ascii, StandardCharsets.ISO_8859_1);
    }

    private static void require(String text, int width) {
        if (text.length() != width) {
            throw new IllegalArgumentException("'" + text + "' has not the " + width + " characters of its type");
        }
    }

    private static int number(String text, int at, int width) {
        int number = 0;
        for (int i = at; i < at + width; i++) {
            int digit = text.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                throw new IllegalArgumentException("'" + text + "' has no digit at index " + i);
            }
            number = number * 10 + digit;
        }
        return number;
    }
}
