package io.taskmover.storage.mapping;

import java.lang.reflect.Array;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Arrays, except {@code byte[]}, as JSON arrays. */
record ArrayCodec(Class<?> javaType, Codec item) implements JsonCodec {
    @Override
    public Object toJson(Object value) {
        @Nullable Object[] items = new @Nullable Object[Array.getLength(value)];
        for (int i = 0; i < items.length; i++) {
            Object element = Array.get(value, i);
            items[i] = element == null ? null : item.toJson(element);
        }
        return Collections.unmodifiableList(Arrays.asList(items));
    }

    @Override
    public Object fromJson(Object json) {
        if (!(json instanceof List<?> items)) {
            throw new IllegalArgumentException("must be a JSON array");
        }
        Object array = Array.newInstance(javaType.getComponentType(), items.size());
        for (int i = 0; i < items.size(); i++) {
            Object element = items.get(i);
            Object value = element == null ? item.absent() : item.fromJson(element);
            if (value != null) {
                Array.set(array, i, value);
            }
        }
        return array;
    }
}
