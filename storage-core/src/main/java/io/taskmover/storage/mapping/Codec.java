package io.taskmover.storage.mapping;

import io.taskmover.storage.schema.DataType;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns values of one Java type into values of one column type and back. Thread-safe. What cannot be converted is an
 * {@link IllegalArgumentException} whose message is a phrase like "must be a finite number, not NaN".
 */
interface Codec {

    /** The type of the column's values. */
    DataType type();

    /** The class of the property's values; a wrapper class for a primitive. */
    Class<?> javaType();

    /** Whether {@link #toColumn} takes this value. */
    default boolean accepts(Object value) {
        return javaType().isInstance(value);
    }

    /** Null only if the value stands for null, as an empty {@code Optional} does. */
    @Nullable
    Object toColumn(Object value);

    @Nullable
    Object fromColumn(Object stored);

    /** What to compare a column with for this value: not always what the column could have. */
    default @Nullable Object toLiteral(Object value) {
        return toColumn(value);
    }

    /** The values under which what is stored as {@code stored} now may lie in older rows, that one among them. */
    default List<Object> namesOf(Object stored) {
        return List.of(stored);
    }

    /** The canonical JSON value for the same; null as in {@link #toColumn}. */
    default @Nullable Object toJson(Object value) {
        Object column = toColumn(value);
        return column == null ? null : JsonForm.toJson(type(), column);
    }

    default @Nullable Object fromJson(Object json) {
        return fromColumn(JsonForm.fromJson(type(), json));
    }

    /** Whether {@link #namesOf} has more than one for some value. */
    default boolean hasFormerNames() {
        return false;
    }

    /** What null in the row is for the property. */
    default @Nullable Object absent() {
        return null;
    }

    /** Whether a column's value is the property's value as it is. */
    default boolean isIdentity() {
        return false;
    }

    /** The codec of the values below a JSON member; null if there is nothing to know about it. */
    default @Nullable Member member(String property) {
        return null;
    }

    /**
     * A place below a JSON value.
     *
     * @param name the member's name in JSON
     * @param codec of its values; null if any JSON may stand there
     * @param former names that it has in older data, where it has not its own
     */
    record Member(String name, @Nullable Codec codec, List<String> former) {
        /** All of its names, in the order in which they count. */
        List<String> names() {
            List<String> names = new ArrayList<>();
            names.add(name);
            names.addAll(former);
            return names;
        }
    }
}
