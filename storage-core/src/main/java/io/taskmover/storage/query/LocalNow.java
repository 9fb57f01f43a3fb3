package io.taskmover.storage.query;

import io.taskmover.storage.query.Expression.Parameter;
import java.time.LocalDateTime;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * JDQL's {@code local date}, {@code local time} and {@code local datetime}: parameters whose names no text can spell,
 * so that a statement parsed once has the time of each run. One run has one time, read once.
 */
enum LocalNow {
    DATE,
    TIME,
    DATETIME;

    static final String PREFIX = "local ";

    Parameter parameter() {
        return new Parameter(PREFIX + name().toLowerCase(Locale.ROOT));
    }

    /** The value that the parameter of one of these has now; null for any other parameter. */
    static @Nullable Object value(Parameter parameter, LocalDateTime now) {
        return switch (parameter.name()) {
            case "local date" -> now.toLocalDate();
            case "local time" -> now.toLocalTime();
            case "local datetime" -> now;
            default -> null;
        };
    }
}
