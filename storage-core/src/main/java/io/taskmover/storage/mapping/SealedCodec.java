package io.taskmover.storage.mapping;

import io.taskmover.storage.schema.DataType;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Values of a sealed type as JSON objects, with a member that names the subtype. */
final class SealedCodec implements JsonCodec {
    private final Class<?> type;
    private final String member;
    private final Map<Class<?>, String> names = new LinkedHashMap<>();
    private final Map<Object, StructCodec> byName = new LinkedHashMap<>();

    SealedCodec(Class<?> type, String member) {
        this.type = type;
        this.member = member;
    }

    void add(String name, StructCodec codec) {
        names.put(codec.javaType(), name);
        byName.put(name, codec);
    }

    /** The member that holds the name. */
    String member() {
        return member;
    }

    /** The classes by their names. */
    Map<Object, StructCodec> structs() {
        return byName;
    }

    @Override
    public Class<?> javaType() {
        return type;
    }

    @Override
    public Object toJson(Object value) {
        String name = names.get(value.getClass());
        StructCodec codec = byName.get(name);
        if (name == null || codec == null) {
            throw new IllegalArgumentException("must be one of " + names.values() + ", not "
                    + value.getClass().getName());
        }
        Map<String, Object> sorted = new TreeMap<>(DataType.TEXT::compare);
        sorted.putAll(codec.members(value));
        sorted.put(member, name);
        return Collections.unmodifiableMap(new LinkedHashMap<>(sorted));
    }

    @Override
    public Object fromJson(Object json) {
        Object name = json instanceof Map<?, ?> members ? members.get(member) : null;
        StructCodec codec = byName.get(name);
        if (codec == null) {
            throw new IllegalArgumentException("must name one of " + byName.keySet() + " in its member '" + member + "'"
                    + (name == null ? "" : ", not '" + name + "'"));
        }
        return codec.fromJson(json);
    }

    @Override
    public @Nullable Member member(String property) {
        if (property.equals(member)) {
            return new Member(member, Scalars.of(String.class), List.of());
        }
        for (StructCodec codec : byName.values()) {
            Member found = codec.member(property);
            if (found != null) {
                return found;
            }
        }
        return null;
    }
}
