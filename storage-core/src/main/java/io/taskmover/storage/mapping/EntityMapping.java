package io.taskmover.storage.mapping;

import io.taskmover.storage.backend.RowMapper;
import io.taskmover.storage.error.MappingException;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.CompositeKey;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.schema.TableSchema;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** An {@link Entity}'s mapping, worked out: its table, and code that turns instances into rows and back. */
final class EntityMapping<T> implements RowMapper<T> {
    /** The most mappings of one class to be shared: a program that names a table for each tenant must not fill the memory. */
    private static final int MAX_SHARED = 64;

    /**
     * The mappings of a class that are the same for whoever asks. Code that one store's repository has made warm is then
     * warm for all, and a repository made for each request costs little.
     */
    private static final ClassValue<Map<Described, EntityMapping<?>>> SHARED = new ClassValue<>() {
        @Override
        protected Map<Described, EntityMapping<?>> computeValue(Class<?> type) {
            return new ConcurrentHashMap<>();
        }
    };

    private record Described(@Nullable Class<?> idType, Settings settings) {}

    private final Class<T> type;
    private final TableSchema schema;
    private final MappedProperty id;
    private final Codecs codecs;
    private final Translator translator;
    private final int firstKeyPosition;
    private final boolean generatedId;
    private final @Nullable Supplier<?> ids;
    private final Operation keyWriter;
    /** The only class; null for a sealed entity. */
    private final @Nullable Variant only;

    private final Map<Class<?>, Variant> byClass = new HashMap<>();
    private final Map<Object, Variant> byName;
    private final String nameColumn;
    private final boolean immutable;
    /** Some of the table's columns as the type of rows, by the ones that are left out. */
    private final Map<Set<String>, RowType> parts = new ConcurrentHashMap<>();

    @SuppressWarnings("unchecked") // what is shared under a class is its mapping
    static <T> EntityMapping<T> of(Class<T> type, @Nullable Class<?> idType, Settings settings) {
        if (settings.hasCode()) {
            return new EntityCompiler<>(type, idType, settings).compile();
        }
        Map<Described, EntityMapping<?>> shared = SHARED.get(type);
        Described described = new Described(idType, settings);
        EntityMapping<?> known = shared.get(described);
        if (known == null) {
            known = new EntityCompiler<>(type, idType, settings).compile();
            if (shared.size() < MAX_SHARED) {
                shared.put(described, known);
            }
        }
        return (EntityMapping<T>) known;
    }

    /**
     * @param byName for a sealed entity its classes by the values of {@code nameColumn}, else one under the empty name
     * @param ids where ids of entities without one come from, as a property's value; null if from nowhere
     */
    EntityMapping(
            Class<T> type,
            TableSchema schema,
            MappedProperty id,
            Codecs codecs,
            Translator translator,
            @Nullable Supplier<?> ids,
            Map<Object, Variant> byName,
            String nameColumn) {
        this.type = type;
        this.schema = schema;
        this.id = id;
        this.codecs = codecs;
        this.translator = translator;
        this.generatedId = schema.generatedKey();
        this.ids = ids;
        this.immutable = Immutability.of(type);
        this.byName = byName;
        this.nameColumn = nameColumn;
        this.only = byName.get("");
        byName.values().forEach(variant -> byClass.put(variant.type(), variant));
        this.firstKeyPosition = schema.rowType().indexOf(schema.primaryKey().get(0));
        this.keyWriter = Operations.of(
                Handles.array(id.valueEncoders(), Types.boxed(id.property().raw())));
    }

    @Override
    public T apply(Row row) {
        return fromRow(row);
    }

    @Override
    public boolean isShareable() {
        return immutable;
    }

    TableSchema schema() {
        return schema;
    }

    Class<?> idType() {
        return Types.boxed(id.property().raw());
    }

    /** The classes of a sealed entity by their names, or the only class under the empty name. */
    Map<Object, Variant> variants() {
        return byName;
    }

    Translator translator() {
        return translator;
    }

    <R> View<R> view(Class<R> view, Consumer<? super UnknownConstant> listener) {
        return View.of(view, type, schema.name(), translator, codecs, listener);
    }

    Row toRow(T entity) {
        @Nullable Object[] values = variant(entity).write(entity);
        if (generatedId || ids != null) {
            completeKey(values);
        }
        return Row.adopt(schema.rowType(), values);
    }

    private void completeKey(@Nullable Object[] values) {
        Object key = values[firstKeyPosition];
        if (generatedId && key != null && (Long) key == 0) {
            values[firstKeyPosition] = null;
        } else if (ids != null && key == null) {
            @Nullable Object[] parts = encode(Objects.requireNonNull(ids.get()));
            for (int i = 0; i < parts.length; i++) {
                values[schema.rowType().indexOf(schema.primaryKey().get(i))] = parts[i];
            }
        }
    }

    T fromRow(Row row) {
        return fromRow(row, unknown -> {});
    }

    /** @param listener is told of constants that an enum does not have */
    @SuppressWarnings("unchecked") // a variant makes instances of its class only
    T fromRow(Row row, Consumer<? super UnknownConstant> listener) {
        Variant variant = only;
        return (T) (variant == null ? variant(row) : variant).read(row, listener);
    }

    RowMapper<T> telling(Consumer<? super UnknownConstant> listener) {
        return new Telling<>(this, listener);
    }

    /** The mapper with somebody to tell; equal to others of the same two. */
    private record Telling<T>(EntityMapping<T> mapping, Consumer<? super UnknownConstant> listener)
            implements RowMapper<T> {
        @Override
        public T apply(Row row) {
            return mapping.fromRow(row, listener);
        }

        @Override
        public boolean isShareable() {
            return mapping.isShareable();
        }
    }

    /** What {@code table} has otherwise than this describes it. */
    Settings.Found compare(TableSchema table) {
        Map<String, String> names = new HashMap<>();
        Map<String, DataType> types = new HashMap<>();
        for (Variant variant : byName.values()) {
            for (MappedProperty.Part part : variant.parts()) {
                int position = part.position(table.rowType());
                if (position < 0) {
                    continue;
                }
                Column found = table.rowType().column(position);
                if (!found.name().equals(part.column())) {
                    names.put(part.column(), found.name());
                }
                if (WidenedCodec.isWider(part.codec().type(), found.type())) {
                    types.put(part.column(), found.type());
                }
            }
        }
        return names.isEmpty() && types.isEmpty()
                ? Settings.Found.AS_DESCRIBED
                : new Settings.Found(Map.copyOf(names), Map.copyOf(types));
    }

    /** {@link Entity#formerColumns}. */
    Map<String, List<String>> formerColumns() {
        Map<String, List<String>> former = new HashMap<>();
        for (Variant variant : byName.values()) {
            for (MappedProperty.Part part : variant.parts()) {
                List<String> others = part.names().stream()
                        .filter(name -> !name.equals(part.column()))
                        .toList();
                if (!others.isEmpty()) {
                    former.put(part.column(), others);
                }
            }
        }
        return former;
    }

    /** {@link Entity#replacing}. */
    Row replacing(Row row, Row stored) {
        int named = stored.type().indexOf(nameColumn);
        Variant variant = only != null ? only : byName.get(named < 0 ? null : stored.get(named));
        if (variant == null) {
            return row;
        }
        Set<String> unknown = new HashSet<>();
        for (Column column : row.type().columns()) {
            int position = stored.type().indexOf(column.name());
            Object value = position < 0 || row.get(column.name()) != null ? null : stored.get(position);
            if (value != null && hidesConstant(variant, column.name(), value)) {
                unknown.add(column.name());
            }
        }
        if (unknown.isEmpty()) {
            return row;
        }
        RowType part = parts.computeIfAbsent(
                unknown,
                left -> RowType.of(row.type().columns().stream()
                        .filter(column -> !left.contains(column.name()))
                        .toList()));
        @Nullable Object[] values = new @Nullable Object[part.size()];
        for (int i = 0; i < values.length; i++) {
            values[i] = row.get(part.column(i).name());
        }
        return Row.adopt(part, values);
    }

    private static boolean hidesConstant(Variant variant, String column, Object value) {
        return variant.parts().stream()
                .anyMatch(part -> part.column().equals(column) && Variant.unknownIn(part, value) != null);
    }

    @Nullable
    Object keyOf(T entity) {
        return key(variant(entity).key(entity));
    }

    Object toKey(Object value) {
        if (!idType().isInstance(value)) {
            throw new MappingException("The id of " + type.getName() + " is " + idType().getName() + ", not "
                    + value.getClass().getName() + " " + value);
        }
        Object key = key(encode(value));
        return Objects.requireNonNull(key, () -> "The id " + value + " of " + type.getName() + " has a null in it");
    }

    private @Nullable Object key(@Nullable Object[] parts) {
        for (Object part : parts) {
            if (part == null || (generatedId && (Long) part == 0)) {
                return null;
            }
        }
        return parts.length == 1 ? parts[0] : new CompositeKey(List.of(parts));
    }

    private @Nullable Object[] encode(Object value) {
        try {
            return (@Nullable Object[]) Objects.requireNonNull(keyWriter.apply(value));
        } catch (RuntimeException | Error e) {
            throw e;
        } catch (Throwable e) {
            throw new MappingException("The id " + value + " of " + type.getName() + " cannot be stored: " + e, e);
        }
    }

    private Variant variant(T entity) {
        Variant variant = only != null ? only : byClass.get(entity.getClass());
        if (variant == null) {
            throw new MappingException(entity.getClass().getName() + " is not a class of the entity " + type.getName());
        }
        return variant;
    }

    private Variant variant(Row row) {
        RowType rows = row.type();
        int position = rows.indexOf(nameColumn);
        Object name = position < 0 ? null : row.get(position);
        Variant variant = byName.get(name);
        if (variant == null) {
            throw new MappingException("A row of table '" + schema.name() + "' has '" + name + "' in column '"
                    + nameColumn + "', which is no class of " + type.getName() + "; those are " + byName.keySet());
        }
        return variant;
    }
}
