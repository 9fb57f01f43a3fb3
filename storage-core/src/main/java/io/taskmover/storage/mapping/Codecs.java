package io.taskmover.storage.mapping;

import io.taskmover.storage.error.MappingException;
import io.taskmover.storage.schema.DataType;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Finds the codecs of properties. For one entity; not thread-safe. */
final class Codecs {
    private static final Set<DataType> KEYS = Set.of(
            DataType.TEXT,
            DataType.INTEGER,
            DataType.BOOLEAN,
            DataType.UUID,
            DataType.TIMESTAMP,
            DataType.DATE,
            DataType.TIME);

    private final Map<Class<?>, Converter<?, ?>> converters;
    // by type and not by class: a generic record has one codec for each of its parameterizations
    private final Map<String, StructCodec> structs = new HashMap<>();
    private final Map<String, SealedCodec> sealed = new HashMap<>();
    private boolean formerNames;

    Codecs(Map<Class<?>, Converter<?, ?>> converters) {
        this.converters = converters;
    }

    /** @throws MappingException naming {@code owner} and {@code property} if there is none */
    Codec of(Property property, Class<?> owner, boolean bean) {
        return of(property.type(), "Property '" + property.name() + "' of " + owner.getName(), bean);
    }

    /** The codec of a property that has its own converter. */
    @SuppressWarnings("unchecked")
    Codec converted(Property property, Class<?> owner, Converter<?, ?> converter) {
        Codec stored = of(
                (Type) converter.storedType(),
                "The stored form of property '" + property.name() + "' of " + owner.getName(),
                false);
        return new ConvertedCodec(Types.boxed(property.raw()), (Converter<Object, Object>) converter, stored);
    }

    /**
     * @param place what the type is that of, to begin a message
     * @param bean whether its owner is a bean, which may want to change its collections
     */
    @SuppressWarnings("unchecked")
    private Codec of(Type type, String place, boolean bean) {
        Class<?> raw = Types.boxed(Types.raw(type));
        Converter<?, ?> converter = converters.get(raw);
        if (converter != null) {
            return new ConvertedCodec(
                    raw, (Converter<Object, Object>) converter, of(converter.storedType(), place, bean));
        }
        Codec scalar = Scalars.of(raw);
        if (scalar != null) {
            return scalar;
        }
        if (raw.isEnum()) {
            return new EnumCodec(raw);
        }
        if (raw == Object.class) {
            return new AnyCodec();
        }
        if (raw == Optional.class) {
            return new OptionalCodec(of(Types.argument(type, 0), place, bean));
        }
        if (raw.isArray()) {
            Type item = type instanceof Class<?> ? raw.getComponentType() : Types.argument(type, 0);
            return new ArrayCodec(raw, of(item, place, bean));
        }
        if (Iterable.class.isAssignableFrom(raw) && raw.getName().startsWith("java.")) {
            boolean shared = !bean && raw.isAssignableFrom(List.class);
            return new CollectionCodec(
                    raw, of(Types.argument(type, 0), place, bean), collector(raw, place, bean), shared);
        }
        if (Map.class.isAssignableFrom(raw) && raw.getName().startsWith("java.")) {
            return map(type, raw, place, bean);
        }
        if (raw.getName().startsWith("java.") || raw.getName().startsWith("javax.")) {
            throw unsupported(place, raw);
        }
        return SealedTypes.isSealed(raw) ? sealed(raw, type, place) : struct(raw, type, place);
    }

    private Codec sealed(Class<?> raw, Type type, String place) {
        SealedCodec known = sealed.get(type.getTypeName());
        if (known != null) {
            return known;
        }
        String member = SealedTypes.member(raw);
        SealedCodec codec = new SealedCodec(raw, member);
        sealed.put(type.getTypeName(), codec);
        SealedTypes.permitted(raw).forEach((name, permitted) -> {
            StructCodec struct = struct(permitted, permitted == raw ? type : permitted, place);
            if (struct.member(member) != null || struct.hasMember(member)) {
                throw new MappingException(permitted.getName() + " has a property stored as '" + member + "', where "
                        + raw.getName() + " keeps the name of the subtype; rename it with @Column, or annotate "
                        + raw.getSimpleName() + " with @TypeName(member = …)");
            }
            codec.add(name, struct);
        });
        return codec;
    }

    private StructCodec struct(Class<?> raw, Type type, String place) {
        StructCodec known = structs.get(type.getTypeName());
        if (known != null) {
            return known;
        }
        StructCodec codec = new StructCodec(raw);
        structs.put(type.getTypeName(), codec);
        Shape shape;
        try {
            shape = Shape.of(type);
        } catch (MappingException e) {
            throw new MappingException(
                    place + " has a type that cannot be stored. " + e.getMessage() + "; or register a Converter for it",
                    e);
        }
        List<StructCodec.Part> parts = new ArrayList<>();
        for (Property property : shape.properties()) {
            if (!property.has(Transient.class)) {
                Column column = property.annotation(Column.class);
                List<String> former = property.aliases();
                formerNames |= !former.isEmpty();
                parts.add(new StructCodec.Part(
                        property,
                        column == null ? property.name() : column.value(),
                        of(property, raw, shape.isBean()),
                        former));
            }
        }
        parts.sort(Comparator.comparing(StructCodec.Part::name, DataType.TEXT::compare));
        for (int i = 1; i < parts.size(); i++) {
            if (parts.get(i).name().equals(parts.get(i - 1).name())) {
                throw new MappingException("Two properties of " + raw.getName() + " are stored as '"
                        + parts.get(i).name() + "'; name one of them with @Column");
            }
        }
        requireOneMeaning(raw, parts);
        codec.define(shape, parts);
        return codec;
    }

    private static void requireOneMeaning(Class<?> raw, List<StructCodec.Part> parts) {
        Map<String, String> known = new HashMap<>();
        parts.forEach(part -> known.put(part.name(), part.property().name()));
        for (StructCodec.Part part : parts) {
            for (String alias : part.former()) {
                String other = known.put(alias, part.property().name());
                if (other != null) {
                    throw Property.ambiguous(alias, raw, part.property().name(), other);
                }
            }
        }
    }

    /** Whether there are members or map keys with former names anywhere. */
    boolean hasFormerNames() {
        return formerNames;
    }

    private Codec map(Type type, Class<?> raw, String place, boolean bean) {
        Codec key = of(Types.argument(type, 0), place, bean);
        if (key instanceof AnyCodec) {
            key = of(String.class, place, bean);
        }
        if (!KEYS.contains(key.type())) {
            throw new MappingException(
                    place + " is a map whose keys are " + key.javaType().getSimpleName()
                            + "; keys are text, whole numbers, enums, UUIDs, dates or times."
                            + " Store it as a list of entries, or register a Converter");
        }
        formerNames |= key.hasFormerNames();
        Function<Map<Object, @Nullable Object>, Object> collect;
        if (raw == Map.class) {
            collect = bean ? map -> map : Collections::unmodifiableMap;
        } else if (raw == SortedMap.class || raw == TreeMap.class) {
            collect = TreeMap::new;
        } else if (raw == HashMap.class || raw == LinkedHashMap.class) {
            collect = map -> map;
        } else {
            throw unsupported(place, raw);
        }
        return new MapCodec(raw, key, of(Types.argument(type, 1), place, bean), collect);
    }

    private static Function<List<@Nullable Object>, Object> collector(Class<?> raw, String place, boolean bean) {
        if (raw == List.class || raw == Collection.class || raw == Iterable.class) {
            return bean ? list -> list : Collections::unmodifiableList;
        }
        if (raw == Set.class) {
            return bean ? LinkedHashSet::new : list -> Collections.unmodifiableSet(new LinkedHashSet<>(list));
        }
        if (raw == SortedSet.class || raw == TreeSet.class) {
            return TreeSet::new;
        }
        if (raw == ArrayList.class) {
            return list -> list;
        }
        if (raw == HashSet.class || raw == LinkedHashSet.class) {
            return LinkedHashSet::new;
        }
        throw unsupported(place, raw);
    }

    private static MappingException unsupported(String place, Class<?> type) {
        return new MappingException(place + " has the type " + type.getName()
                + ", which has no stored form; register one with converter(" + type.getSimpleName()
                + ".class, …), or mark the property @Transient");
    }
}
