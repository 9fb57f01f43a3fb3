package io.taskmover.storage.mapping;

import io.taskmover.storage.schema.DataType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Maps as JSON objects, the keys as text.
 *
 * @param collect makes the property's map of a map that nobody else has
 */
record MapCodec(Class<?> javaType, Codec key, Codec value, Function<Map<Object, @Nullable Object>, Object> collect)
        implements JsonCodec {

    @Override
    public Object toJson(Object map) {
        Map<String, @Nullable Object> sorted = new TreeMap<>(DataType.TEXT::compare);
        ((Map<?, ?>) map).forEach((name, member) -> {
            if (name == null) {
                throw new IllegalArgumentException("must not have a null key");
            }
            sorted.put(String.valueOf(key.toJson(name)), member == null ? null : value.toJson(member));
        });
        return Collections.unmodifiableMap(new LinkedHashMap<>(sorted));
    }

    @Override
    public Object fromJson(Object json) {
        if (!(json instanceof Map<?, ?> members)) {
            throw new IllegalArgumentException("must be a JSON object");
        }
        Map<Object, @Nullable Object> map = new LinkedHashMap<>();
        members.forEach((name, member) -> {
            Object mapKey = key.fromJson(name);
            if (mapKey != null) {
                map.put(mapKey, member == null ? value.absent() : value.fromJson(member));
            }
        });
        return collect.apply(map);
    }

    @Override
    public Member member(String property) {
        return new Member(property, value);
    }
}
