package io.taskmover.storage.mapping;

import io.taskmover.storage.schema.DataType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
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
            if (mapKey != null && !isHidden(name, member, members)) {
                map.put(mapKey, member == null ? value.absent() : value.fromJson(member));
            }
        });
        return collect.apply(map);
    }

    /** Whether a member stands for a constant that has its value under another of its names. */
    private boolean isHidden(Object name, @Nullable Object member, Map<?, ?> members) {
        List<Object> names = key.namesOf(name);
        for (Object other : names.size() == 1 ? List.of() : names) {
            if (!other.equals(name) && members.get(other) != null) {
                return member == null || names.indexOf(other) < names.indexOf(name);
            }
        }
        return false;
    }

    /** A key that is a constant goes by all of its names. */
    @Override
    public Member member(String property) {
        List<String> names = key.namesOf(property).stream().map(String::valueOf).toList();
        return new Member(names.get(0), value, names.subList(1, names.size()));
    }
}
