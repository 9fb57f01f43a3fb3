package io.taskmover.storage.mapping;

import io.taskmover.storage.error.MappingException;
import io.taskmover.storage.schema.DataType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Enum constants as their names; read by their aliases too. */
final class EnumCodec implements Codec {
    private final Class<?> type;
    private final Map<Object, Object> byName = new HashMap<>();
    /** All names of the constants that have more than one, the own one first, by each of them. */
    private final Map<Object, List<Object>> names = new HashMap<>();

    EnumCodec(Class<?> type) {
        this.type = type;
        for (Object constant : type.getEnumConstants()) {
            byName.put(((Enum<?>) constant).name(), constant);
        }
        for (Object constant : type.getEnumConstants()) {
            addAliases((Enum<?>) constant);
        }
    }

    private void addAliases(Enum<?> constant) {
        List<Object> all = new ArrayList<>();
        all.add(constant.name());
        for (String alias : aliases(constant)) {
            Object other = byName.putIfAbsent(alias, constant);
            if (other != null) {
                throw new MappingException("The alias '" + alias + "' of " + type.getName() + "." + constant.name()
                        + (other == constant ? " is there twice" : " is a name of " + other + " too")
                        + "; a stored name means one constant");
            }
            all.add(alias);
        }
        if (all.size() > 1) {
            all.forEach(name -> names.put(name, List.copyOf(all)));
        }
    }

    private static List<String> aliases(Enum<?> constant) {
        try {
            Alias alias = constant.getDeclaringClass().getField(constant.name()).getAnnotation(Alias.class);
            return alias == null ? List.of() : Arrays.asList(alias.value());
        } catch (NoSuchFieldException e) {
            throw new MappingException(constant.getDeclaringClass().getName() + " has no constant " + constant, e);
        }
    }

    @Override
    public boolean hasFormerNames() {
        return !names.isEmpty();
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
            throw new UnknownConstantException(type, stored);
        }
        return constant;
    }

    @Override
    public List<Object> namesOf(Object stored) {
        return names.getOrDefault(stored, List.of(stored));
    }
}
