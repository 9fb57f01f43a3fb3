package io.taskmover.storage.migration;

import org.jspecify.annotations.Nullable;

/** What becomes of a column's value when the column gets another type. Has no effect elsewhere: it may be asked again. */
@FunctionalInterface
public interface ValueConversion {

    /**
     * @param value of the former type, or null
     * @return a value of the new type, or null
     * @throws IllegalArgumentException if there is none, with the reason
     */
    @Nullable
    Object convert(@Nullable Object value);
}
