package io.taskmover.storage.mapping;

import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.Json;
import io.taskmover.storage.schema.SchemaJson;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Tells what is stored of an entity, as the JSON that {@code docs/formats/schema-lock.md} describes. Used once. */
final class StoredForm {
    private final Settings settings;
    /** The types of the objects that are being told, the innermost last: one that contains itself refers to its place here. */
    private final List<Codec> open = new ArrayList<>();

    private StoredForm(Settings settings) {
        this.settings = settings;
    }

    static Map<String, Object> of(Class<?> type, Settings settings, EntityMapping<?> mapping) {
        StoredForm form = new StoredForm(settings);
        Map<String, Object> entity = new HashMap<>();
        entity.put("class", type.getName());
        entity.put("schema", Objects.requireNonNull(Json.parse(SchemaJson.line(sorted(mapping.schema())))));
        if (SealedTypes.isSealed(type)) {
            Map<String, Object> classes = new HashMap<>();
            mapping.variants().forEach((name, variant) -> classes.put((String) name, form.properties(variant)));
            entity.put("kind", SealedTypes.member(type));
            entity.put("classes", classes);
        } else {
            mapping.variants().values().forEach(only -> entity.put("properties", form.properties(only)));
        }
        return members(Json.canonical(entity));
    }

    @SuppressWarnings("unchecked") // a canonical map is one
    private static Map<String, Object> members(Object canonical) {
        return (Map<String, Object>) canonical;
    }

    /** The same table with columns and indexes in the order of their names: where a class has them says nothing. */
    private static TableSchema sorted(TableSchema schema) {
        TableSchema.Builder builder = TableSchema.builder(schema.name())
                .primaryKey(schema.primaryKey().toArray(new String[0]));
        schema.columns().stream()
                .sorted(Comparator.comparing(column -> column.name(), DataType.TEXT::compare))
                .forEach(builder::column);
        schema.indexes().stream()
                .sorted(Comparator.comparing(Index::name, DataType.TEXT::compare))
                .forEach(builder::index);
        schema.versionColumn().ifPresent(builder::version);
        return schema.generatedKey() ? builder.generatedKey().build() : builder.build();
    }

    private Map<String, Object> properties(Variant variant) {
        Map<String, Object> properties = new HashMap<>();
        for (MappedProperty mapped : variant.properties()) {
            for (MappedProperty.Part part : mapped.parts()) {
                properties.put(part.column(), property(part.property(), part.codec(), aliases(mapped, part)));
            }
        }
        return properties;
    }

    private Set<String> aliases(MappedProperty mapped, MappedProperty.Part part) {
        Set<String> aliases = annotated(part.property());
        if (!mapped.isComposite()) {
            aliases.addAll(annotated(mapped.property()));
            for (String name :
                    List.of(mapped.property().name(), mapped.property().accessor())) {
                aliases.addAll(settings.properties()
                        .getOrDefault(name, Settings.OfProperty.NOTHING)
                        .aliases());
            }
        }
        return aliases;
    }

    private static Set<String> annotated(Property property) {
        Alias alias = property.annotation(Alias.class);
        return new TreeSet<>(alias == null ? List.of() : List.of(alias.value()));
    }

    private Map<String, Object> property(Property property, Codec codec, Set<String> aliases) {
        Map<String, Object> told = new HashMap<>();
        told.put("type", form(codec, property.raw()));
        if (!aliases.isEmpty()) {
            told.put("alias", aliases);
        }
        return told;
    }

    /** @param raw the property's class: a primitive one is never null */
    private Object form(Codec codec, Class<?> raw) {
        if (codec instanceof ConvertedCodec converted) {
            return form(converted.stored(), converted.stored().javaType());
        }
        if (codec instanceof OptionalCodec optional) {
            return form(optional.item(), optional.item().javaType());
        }
        if (codec instanceof EnumCodec) {
            return constants(codec.javaType());
        }
        if (codec instanceof CollectionCodec collection) {
            String kind = Set.class.isAssignableFrom(collection.javaType()) ? "set" : "list";
            return Map.of(kind, form(collection.item(), collection.item().javaType()));
        }
        if (codec instanceof ArrayCodec array) {
            return Map.of("list", form(array.item(), array.javaType().getComponentType()));
        }
        if (codec instanceof MapCodec map) {
            return Map.of(
                    "keys",
                    form(map.key(), map.key().javaType()),
                    "values",
                    form(map.value(), map.value().javaType()));
        }
        if (codec instanceof StructCodec || codec instanceof SealedCodec) {
            return object(codec);
        }
        return raw.isPrimitive() ? raw.getName() : codec.javaType().getSimpleName();
    }

    private Object object(Codec codec) {
        int place = open.lastIndexOf(codec);
        if (place >= 0) {
            return Map.of("recursive", (long) open.size() - place);
        }
        open.add(codec);
        try {
            if (codec instanceof StructCodec struct) {
                return Map.of("object", parts(struct));
            }
            SealedCodec sealed = (SealedCodec) codec;
            Map<String, Object> classes = new TreeMap<>();
            sealed.structs().forEach((name, struct) -> classes.put((String) name, parts(struct)));
            return Map.of("kind", sealed.member(), "classes", classes);
        } finally {
            open.remove(open.size() - 1);
        }
    }

    private Map<String, Object> parts(StructCodec struct) {
        Map<String, Object> members = new HashMap<>();
        for (StructCodec.Part part : struct.parts()) {
            members.put(part.name(), property(part.property(), part.codec(), annotated(part.property())));
        }
        return members;
    }

    private static Object constants(Class<?> type) {
        Set<String> names = new TreeSet<>(DataType.TEXT::compare);
        Map<String, Object> aliases = new HashMap<>();
        for (Object each : type.getEnumConstants()) {
            String name = ((Enum<?>) each).name();
            names.add(name);
            for (String former : aliases(type, name)) {
                aliases.put(former, name);
            }
        }
        return aliases.isEmpty() ? Map.of("constants", names) : Map.of("constants", names, "aliases", aliases);
    }

    private static List<String> aliases(Class<?> type, String constant) {
        try {
            Alias alias = type.getField(constant).getAnnotation(Alias.class);
            return alias == null ? List.of() : List.of(alias.value());
        } catch (NoSuchFieldException e) {
            throw new AssertionError(type + " has no field for its constant " + constant, e);
        }
    }
}
