package io.taskmover.storage.mapping;

import io.taskmover.storage.schema.Blob;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Json;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoField;
import java.util.Base64;

/**
 * Column values inside of JSON: numbers and booleans are themselves, everything else is text. Dates and times have a
 * fixed width, so that their texts sort as they do.
 */
final class JsonForm {
    private static final DateTimeFormatter TIME = new DateTimeFormatterBuilder()
            .appendPattern("HH:mm:ss")
            .appendFraction(ChronoField.NANO_OF_SECOND, 9, 9, true)
            .toFormatter();
    private static final DateTimeFormatter DATE_TIME = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE)
            .appendLiteral('T')
            .append(TIME)
            .toFormatter();

    private JsonForm() {}

    static Object toJson(DataType type, Object value) {
        String problem = type.problem(value);
        if (problem != null) {
            throw new IllegalArgumentException(problem);
        }
        return switch (type) {
            case TEXT, INTEGER, BOOLEAN, JSON -> value;
            case REAL, DECIMAL -> Json.canonicalNumber((Number) value);
            case TIMESTAMP -> text((Instant) value);
            case DATE -> ((LocalDate) value).toString();
            case TIME -> TIME.format((LocalTime) value);
            case UUID -> value.toString();
            case BLOB -> Base64.getEncoder().encodeToString(((Blob) value).toBytes());
        };
    }

    static Object fromJson(DataType type, Object json) {
        if (type == DataType.BLOB && json instanceof String text) {
            return Blob.of(Base64.getDecoder().decode(text));
        }
        return type == DataType.JSON ? json : type.coerce(json);
    }

    /** @throws IllegalArgumentException outside of the years 0001 to 9999, where the texts would no longer sort */
    static String text(Instant instant) {
        String problem = DataType.TIMESTAMP.problem(instant);
        if (problem != null) {
            throw new IllegalArgumentException(problem);
        }
        return DATE_TIME.format(LocalDateTime.ofInstant(instant, ZoneOffset.UTC)) + "Z";
    }

    /** A time of day in full width. */
    static String text(LocalTime time) {
        return TIME.format(time);
    }
}
