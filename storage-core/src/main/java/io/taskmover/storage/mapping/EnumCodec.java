package io.taskmover.storage.mapping;

import io.taskmover.storage.schema.DataType;
import java.util.HashMap;
import java.util.Map;

/** Enum constants as their names. */
final class EnumCodec implements Codec {
    private final Class<?> type;
    private final Map<Object, Object> byName = new HashMap<>();

    EnumCodec(Class<?> type) {
        this.type = type;
        for (Object constant : type.getEnumConstants()) {
            byName.put(((Enum<?>) constant).name(), constant);
        }
    }

    @Override
    public DataType type() {
        return DataType.TEXT;
    }

    @Override
    public Class<?> javaType() {
        return type;
    }

    @Override
    public Object toColumn(Object value) {
        return ((Enum<?>) value).name();
    }

    @Override
    public Object fromColumn(Object stored) {
        Object constant = byName.get(stored);
        if (constant == null) {
            throw new IllegalArgumentException("must be a constant of " + type.getSimpleName() + ", not '" + stored
                    + "': add the constant, or change the stored value");
        }
        return constant;
    }
}
