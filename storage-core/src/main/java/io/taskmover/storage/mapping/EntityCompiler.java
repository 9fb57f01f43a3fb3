package io.taskmover.storage.mapping;

import io.taskmover.storage.error.MappingException;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.schema.Check;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Works out the mapping of an entity from its class and what was said about it in code. Used once. */
final class EntityCompiler<T> {
    private final Class<T> type;
    private final @Nullable Class<?> idType;
    private final Settings settings;
    private final Codecs codecs;
    private final boolean sealed;
    /** The classes that rows are made into, by the name stored with each; by the empty name if there is only one. */
    private final Map<String, Shape> shapes = new LinkedHashMap<>();

    private final Map<String, List<MappedProperty>> stored = new LinkedHashMap<>();
    /** Every property once, under its name. */
    private final Map<String, MappedProperty> properties = new LinkedHashMap<>();

    EntityCompiler(Class<T> type, @Nullable Class<?> idType, Settings settings) {
        this.type = type;
        this.idType = idType;
        this.settings = settings;
        this.codecs = new Codecs(settings.converters());
        this.sealed = SealedTypes.isSealed(type);
    }

    EntityMapping<T> compile() {
        if (sealed) {
            SealedTypes.permitted(type).forEach((name, permitted) -> shapes.put(name, Shape.of(permitted)));
        } else {
            shapes.put("", Shape.of(type));
        }
        checkSettings();
        String idName = findId();
        shapes.forEach((name, shape) -> stored.put(name, map(shape, idName)));
        MappedProperty id = checkId(idName);
        requireOneMeaning();
        TableSchema schema = schema(id);
        Map<Object, Variant> variants = new LinkedHashMap<>();
        shapes.forEach((name, shape) -> variants.put(
                name,
                new Variant(
                        shape,
                        stored.getOrDefault(name, List.of()),
                        id.property().name(),
                        schema,
                        sealed ? Map.of(SealedTypes.member(type), name) : Map.of())));
        return new EntityMapping<>(
                type,
                schema,
                id,
                codecs,
                new Translator(type, List.copyOf(properties.values()), codecs.hasFormerNames()),
                ids(id),
                variants,
                SealedTypes.member(type));
    }

    private List<Property> all() {
        return shapes.values().stream()
                .flatMap(shape -> shape.properties().stream())
                .toList();
    }

    /** What was said in code must be about properties that there are. */
    private void checkSettings() {
        Set<String> said = new HashSet<>(settings.properties().keySet());
        if (settings.id() != null) {
            said.add(settings.id());
        }
        if (settings.version() != null) {
            said.add(settings.version());
        }
        settings.indexes().forEach(index -> index.properties().forEach(path -> said.add(path.column())));
        for (String name : said) {
            if (all().stream().noneMatch(property -> isNamed(property, name))) {
                throw new MappingException(type.getName() + " has no property '" + name + "'; its properties are "
                        + all().stream().map(Property::name).distinct().toList());
            }
        }
    }

    private static boolean isNamed(Property property, String name) {
        return property.name().equals(name) || property.accessor().equals(name);
    }

    private String findId() {
        List<String> marked = all().stream()
                .filter(property -> settings.id() != null
                        ? isNamed(property, settings.id())
                        : property.has(Id.class) || property.has(GeneratedId.class))
                .map(Property::name)
                .distinct()
                .toList();
        if (marked.size() > 1) {
            throw new MappingException(type.getName() + " has more than one @Id: " + marked
                    + "; make a composite id one property, a record of its parts");
        }
        if (marked.size() == 1) {
            return marked.get(0);
        }
        if (all().stream().anyMatch(property -> property.name().equals("id"))) {
            return "id";
        }
        throw new MappingException(type.getName() + " has no id: name a property 'id', mark one with @Id, or say which"
                + " with Entity.of(" + type.getSimpleName() + ".class, " + type.getSimpleName() + "::…); its properties"
                + " are " + all().stream().map(Property::name).distinct().toList());
    }

    private List<MappedProperty> map(Shape shape, String idName) {
        List<MappedProperty> mapped = new ArrayList<>();
        Set<String> columns = new HashSet<>();
        if (sealed) {
            columns.add(SealedTypes.member(type));
        }
        for (Property property : shape.properties()) {
            Settings.OfProperty said = said(property);
            boolean isId = property.name().equals(idName);
            if (said.ignored() || property.has(Transient.class)) {
                if (isId) {
                    throw new MappingException("The id '" + idName + "' of " + type.getName() + " is transient");
                }
                continue;
            }
            MappedProperty entry = map(property, said, isId, shape);
            for (MappedProperty.Part part : entry.parts()) {
                if (!columns.add(part.column())) {
                    throw new MappingException(
                            "Two properties of " + shape.type().getName() + " are stored in column '" + part.column()
                                    + "'; name another for '" + property.name() + "' with @Column or column(…)");
                }
            }
            mapped.add(entry);
            remember(entry);
        }
        return mapped;
    }

    private void remember(MappedProperty entry) {
        MappedProperty other = properties.putIfAbsent(entry.property().name(), entry);
        if (other != null
                && (other.parts().size() != entry.parts().size()
                        || !other.parts()
                                .get(0)
                                .names()
                                .equals(entry.parts().get(0).names())
                        || other.codec().type() != entry.codec().type())) {
            throw new MappingException("Classes of " + type.getName() + " store the property '"
                    + entry.property().name()
                    + "' in different forms; give it one type, one column and the same aliases in all of them,"
                    + " or different names");
        }
    }

    private MappedProperty map(Property property, Settings.OfProperty said, boolean isId, Shape shape) {
        io.taskmover.storage.mapping.Column annotation = property.annotation(io.taskmover.storage.mapping.Column.class);
        String column =
                said.column() != null ? said.column() : annotation != null ? annotation.value() : property.name();
        List<String> aliases = new ArrayList<>(said.aliases());
        aliases.addAll(property.aliases());
        if (said.converter() != null) {
            return MappedProperty.of(
                    part(property, column, aliases, codecs.converted(property, type, said.converter())));
        }
        if (isId && property.raw().isRecord() && !settings.converters().containsKey(property.raw())) {
            return mapId(property, column, aliases);
        }
        return MappedProperty.of(part(property, column, aliases, codecs.of(property, shape.type(), shape.isBean())));
    }

    /** @param column as described, which a table that is there may have otherwise */
    private MappedProperty.Part part(Property property, String column, List<String> aliases, Codec codec) {
        String found = settings.found().names().getOrDefault(column, column);
        DataType narrower = settings.found().types().get(column);
        return new MappedProperty.Part(
                property,
                found,
                column,
                List.copyOf(aliases),
                narrower == null ? codec : new WidenedCodec(codec, narrower));
    }

    /** No name may belong to two columns, of whatever property. */
    private void requireOneMeaning() {
        Map<String, MappedProperty.Part> known = new HashMap<>();
        for (MappedProperty property : properties.values()) {
            for (MappedProperty.Part part : property.parts()) {
                for (String name : part.names()) {
                    MappedProperty.Part other = known.put(name, part);
                    String otherName = other != null ? other.property().name() : null;
                    if (sealed && name.equals(SealedTypes.member(type))) {
                        otherName = name;
                    }
                    if (otherName != null) {
                        throw Property.ambiguous(name, type, part.property().name(), otherName);
                    }
                }
            }
        }
    }

    private MappedProperty mapId(Property property, String column, List<String> aliases) {
        Shape object = Shape.of(property.type());
        List<MappedProperty.Part> parts = new ArrayList<>();
        for (Property part : object.properties()) {
            io.taskmover.storage.mapping.Column named = part.annotation(io.taskmover.storage.mapping.Column.class);
            String name = object.properties().size() == 1 ? column : named != null ? named.value() : part.name();
            List<String> former = new ArrayList<>(object.properties().size() == 1 ? aliases : List.of());
            former.addAll(part.aliases());
            parts.add(part(part, name, former, codecs.of(part, object.type(), false)));
        }
        if (parts.isEmpty()) {
            throw new MappingException("The id '" + property.name() + "' of " + type.getName() + " has no components");
        }
        return new MappedProperty(property, parts, object);
    }

    private Settings.OfProperty said(Property property) {
        Settings.OfProperty byName = settings.properties().get(property.name());
        return byName != null
                ? byName
                : settings.properties().getOrDefault(property.accessor(), Settings.OfProperty.NOTHING);
    }

    private MappedProperty checkId(String idName) {
        MappedProperty id = properties.get(idName);
        if (id == null || stored.values().stream().anyMatch(list -> !contains(list, idName))) {
            throw new MappingException("Not every class of " + type.getName() + " has the id '" + idName + "'");
        }
        for (MappedProperty.Part part : id.parts()) {
            if (part.own().hasFormerNames()) {
                throw new MappingException(
                        "The id '" + idName + "' of " + type.getName()
                                + " has an enum with an @Alias in it, and a row is found by the one name that is stored."
                                + " Give the rows the new name by a migration instead, or the id a converter that keeps the old one");
            }
        }
        Class<?> actual = Types.boxed(id.property().raw());
        if (idType != null && Types.boxed(idType) != actual) {
            throw new MappingException("The id of " + type.getName() + " is " + actual.getSimpleName() + " (property '"
                    + idName + "'), not " + idType.getSimpleName() + "; ask for it with (" + type.getSimpleName()
                    + ".class, " + actual.getSimpleName() + ".class)");
        }
        return id;
    }

    private static boolean contains(List<MappedProperty> list, String name) {
        return list.stream().anyMatch(property -> property.property().name().equals(name));
    }

    private boolean isGenerated(MappedProperty id) {
        boolean declared = settings.generatedId() || id.property().has(GeneratedId.class);
        DataType column = id.codec().type();
        if (declared
                && (id.isComposite()
                        || (column != DataType.INTEGER && column != DataType.TEXT && column != DataType.UUID))) {
            throw new MappingException("The id '" + id.property().name() + "' of " + type.getName() + " is "
                    + id.property().raw().getSimpleName()
                    + " and cannot be generated; make it a long, int, String or UUID, or pass generatedId(…) a source");
        }
        return declared && column == DataType.INTEGER && settings.ids() == null;
    }

    private @Nullable Supplier<?> ids(MappedProperty id) {
        if (settings.ids() != null) {
            return settings.ids();
        }
        Class<?> raw = id.property().raw();
        return raw == UUID.class
                ? UuidV7.shared()
                : raw == String.class ? () -> UuidV7.shared().get().toString() : null;
    }

    private TableSchema schema(MappedProperty id) {
        TableSchema.Builder builder = TableSchema.builder(table());
        builder.primaryKey(id.parts().stream().map(MappedProperty.Part::column).toArray(String[]::new));
        try {
            if (sealed) {
                builder.column(
                        Column.of(SealedTypes.member(type), DataType.TEXT).withNotNull());
            }
            for (MappedProperty property : properties.values()) {
                property.parts().forEach(part -> builder.column(column(property, part)));
                Indexed indexed = property.property().annotation(Indexed.class);
                if (indexed != null) {
                    addIndex(builder, List.of(Path.of(property.property().name())), indexed.unique());
                }
            }
            settings.indexes().forEach(index -> addIndex(builder, index.properties(), index.unique()));
            String version = version();
            if (version != null) {
                builder.version(version);
            }
            if (isGenerated(id)) {
                builder.generatedKey();
            }
            return builder.build();
        } catch (SchemaException e) {
            throw new MappingException(type.getName() + " cannot be mapped: " + e.getMessage(), e);
        }
    }

    private String table() {
        Table annotation = type.getAnnotation(Table.class);
        if (settings.table() != null) {
            return settings.table();
        }
        return annotation != null
                ? annotation.value()
                : type.getSimpleName()
                        .replaceAll("([a-z0-9])([A-Z])|([A-Z])([A-Z][a-z])", "$1$3_$2$4")
                        .toLowerCase(Locale.ROOT);
    }

    private Column column(MappedProperty property, MappedProperty.Part part) {
        Settings.OfProperty said = said(property.property());
        Column column = Column.of(part.column(), part.codec().type());
        if (part.codec() instanceof WidenedCodec) {
            return column; // what the table requires of it is its own affair
        }
        boolean everywhere = stored.values().stream()
                .allMatch(list -> contains(list, property.property().name()));
        if (said.notNull() || (everywhere && property.property().raw().isPrimitive())) {
            column = column.withNotNull();
        }
        try {
            if (said.defaultValue() != null) {
                Object value = Translator.stored(part.codec(), said.defaultValue());
                column = value == null ? column : column.withDefault(value);
            }
            for (Check check : said.checks()) {
                column = column.withCheck(
                        check instanceof Check.Range range
                                ? new Check.Range(bound(part, range.min()), bound(part, range.max()))
                                : check);
            }
        } catch (IllegalArgumentException e) {
            throw new MappingException(
                    "The default or a check of property '" + property.property().name() + "' of " + type.getName()
                            + " does not fit its column: " + e.getMessage(),
                    e);
        }
        return column;
    }

    private static @Nullable Object bound(MappedProperty.Part part, @Nullable Object bound) {
        Object value = bound == null ? null : Translator.stored(part.codec(), bound);
        return value == null ? null : part.codec().type().coerce(value);
    }

    private void addIndex(TableSchema.Builder builder, List<Path> paths, boolean unique) {
        String[] columns = paths.stream()
                .flatMap(path -> properties.values().stream()
                        .filter(property -> property.isNamed(path.column()))
                        .limit(1))
                .flatMap(property -> property.parts().stream())
                .map(MappedProperty.Part::column)
                .toArray(String[]::new);
        builder.index(Index.of(table(), unique, columns));
    }

    private @Nullable String version() {
        List<MappedProperty> marked = properties.values().stream()
                .filter(property -> settings.version() != null
                        ? property.isNamed(settings.version())
                        : property.property().has(Version.class))
                .toList();
        if (marked.size() > 1) {
            throw new MappingException(type.getName() + " has more than one @Version");
        }
        if (marked.isEmpty()) {
            return null;
        }
        Class<?> raw = Types.boxed(marked.get(0).property().raw());
        if (raw != Long.class && raw != Integer.class) {
            throw new MappingException(
                    "The version '" + marked.get(0).property().name() + "' of " + type.getName() + " is "
                            + raw.getSimpleName() + "; make it a long or an int");
        }
        return marked.get(0).path().column();
    }
}
