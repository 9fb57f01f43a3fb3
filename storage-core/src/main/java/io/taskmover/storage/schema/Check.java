package io.taskmover.storage.schema;

import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** A rule for the values of one column. Nulls satisfy every check; {@link Column#notNull} is the rule about them. */
public sealed interface Check {

    /** What is wrong with {@code value}, a value of the column's type, as a phrase like "must be at most 5"; or null. */
    @Nullable
    String problem(DataType type, Object value);

    /** The length of a TEXT in code points or of a BLOB in bytes lies between {@code min} and {@code max}, inclusive. */
    record Length(int min, int max) implements Check {
        @Override
        public @Nullable String problem(DataType type, Object value) {
            int length = value instanceof String text
                    ? text.codePointCount(0, text.length())
                    : value instanceof Blob blob ? blob.length() : min;
            if (length < min) {
                return "must have a length of at least " + min + ", not " + length;
            }
            return length > max ? "must have a length of at most " + max + ", not " + length : null;
        }
    }

    /** The value lies between {@code min} and {@code max}, inclusive; null leaves a side open. */
    record Range(@Nullable Object min, @Nullable Object max) implements Check {
        @Override
        public @Nullable String problem(DataType type, Object value) {
            if (min != null && type.compare(value, min) < 0) {
                return "must be at least " + min + ", not " + value;
            }
            return max != null && type.compare(value, max) > 0 ? "must be at most " + max + ", not " + value : null;
        }
    }

    /** The whole TEXT matches a regular expression of {@link Pattern}'s syntax. */
    record Matches(String regex) implements Check {
        public Matches {
            var unused = Pattern.compile(regex);
        }

        @Override
        public @Nullable String problem(DataType type, Object value) {
            return Pattern.matches(regex, (String) value) ? null : "must match " + regex;
        }
    }

    /** The TEXT is one of {@code values}. */
    record OneOf(List<String> values) implements Check {
        public OneOf {
            values = List.copyOf(values);
        }

        @Override
        public @Nullable String problem(DataType type, Object value) {
            return values.contains(value) ? null : "must be one of " + values + ", not '" + value + "'";
        }
    }
}
