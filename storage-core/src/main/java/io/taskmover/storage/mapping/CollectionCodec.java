package io.taskmover.storage.mapping;

import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Json;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Lists and sets as JSON arrays. Sets are stored sorted, so that equal sets are equal text: the iteration order of
 * {@code Set.of} differs from run to run.
 *
 * @param collect makes the property's collection of a list that nobody else has
 * @param shared whether the property may have the row's own list, which no one can change
 */
record CollectionCodec(Class<?> javaType, Codec item, Function<List<@Nullable Object>, Object> collect, boolean shared)
        implements JsonCodec {

    @Override
    public Object toJson(Object value) {
        Collection<?> items = (Collection<?>) value;
        if (value instanceof List<?> list && isJsonScalar() && holdsItems(list)) {
            return List.copyOf(list); // is the list itself if it is immutable, as one that was loaded mostly is
        }
        @Nullable Object[] array = new @Nullable Object[items.size()];
        int i = 0;
        for (Object element : items) {
            array[i++] = element == null ? null : item.toJson(element);
        }
        if (value instanceof Set<?>) {
            Arrays.sort(array, CollectionCodec::compare);
        }
        return Collections.unmodifiableList(Arrays.asList(array));
    }

    @Override
    public Object fromJson(Object json) {
        if (!(json instanceof List<?> stored)) {
            throw new IllegalArgumentException("must be a JSON array");
        }
        if (shared && isJsonScalar() && holdsItems(stored)) {
            return stored;
        }
        List<@Nullable Object> items = new ArrayList<>(stored.size());
        for (Object element : stored) {
            items.add(element == null ? item.absent() : item.fromJson(element));
        }
        return collect.apply(items);
    }

    private boolean isJsonScalar() {
        return item.isIdentity()
                && (item.type() == DataType.TEXT || item.type() == DataType.INTEGER || item.type() == DataType.BOOLEAN);
    }

    /** Whether nothing in the list is null or of another class. */
    private boolean holdsItems(List<?> list) {
        for (Object element : list) {
            if (!item.javaType().isInstance(element)) {
                return false;
            }
        }
        return true;
    }

    private static int compare(@Nullable Object a, @Nullable Object b) {
        if (a instanceof Long x && b instanceof Long y) {
            return Long.compare(x, y);
        }
        return a instanceof String x && b instanceof String y
                ? DataType.TEXT.compare(x, y)
                : DataType.TEXT.compare(Json.text(a), Json.text(b));
    }
}
