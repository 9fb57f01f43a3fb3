package io.taskmover.storage.mapping;

import io.taskmover.storage.backend.RowMapper;
import io.taskmover.storage.error.MappingException;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Field;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Query;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.Check;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * A class and how its instances become rows of a table.
 *
 * <pre>{@code
 * Entity.of(Task.class, String.class);                                  // a component named id, or one marked @Id
 * Entity.of(Task.class, Task::id).table("todo").column(Task::due, "due_at").version(Task::version);
 * }</pre>
 *
 * <p>Records, beans and immutable classes need no annotation: every property is a column of its own name, in the form
 * that the package's description lists. A class is an immutable one if parameters of its constructor are its fields; a
 * sealed type is one table for all its classes, with a column {@code type} for their names. The table is called as the
 * class, in lower case with underscores. What is said in code wins over annotations.
 *
 * <p>Columns of primitive properties are not null in a table made from this; null all the same, as from a column that a
 * table lacks, reads as zero. A reference property reads null then, an {@code Optional} empty. A row made here has the
 * entity's columns only, so that columns which the class does not know keep their values when an entity is loaded and
 * saved. That does not reach into JSON: a nested object is written as a whole, without members that its class does not
 * know. What was renamed since data was written is found by an {@link Alias}.
 *
 * <p>An id that is a record with several components is a composite one: each component is a key column of its own name.
 * One with a single component is stored as that component, in the id's own column.
 *
 * <p>Immutable and thread-safe; the methods up to {@link #transientProperty} return changed copies. The mapping is worked
 * out at the first use of the others, which is also when {@link MappingException} says what is wrong with the class.
 *
 * @param <T> the entity's class
 * @param <K> the class of its id; the wrapper class of a primitive
 */
public final class Entity<T, K> {
    private final Class<T> type;
    private final @Nullable Class<K> idType;
    private final Settings settings;
    // benign race: two threads may each work it out once
    private volatile @Nullable EntityMapping<T> mapping;

    private Entity(Class<T> type, @Nullable Class<K> idType, Settings settings) {
        this.type = type;
        this.idType = idType;
        this.settings = settings;
    }

    /** An entity whose id is the property marked {@link Id} or, if none is, the one named {@code id}. */
    public static <T, K> Entity<T, K> of(Class<T> type, Class<K> idType) {
        return new Entity<>(type, idType, Settings.NONE);
    }

    /** The same without a word about the id's class, for who asks for nothing by an id. */
    public static <T> Entity<T, ?> of(Class<T> type) {
        return new Entity<>(type, null, Settings.NONE);
    }

    /** An entity whose id is the property of this accessor. */
    public static <T, K> Entity<T, K> of(Class<T> type, Field.Property<T, K> id) {
        return new Entity<>(type, null, Settings.NONE.withId(name(id)));
    }

    /** Names the table. */
    public Entity<T, K> table(String name) {
        return with(settings.withTable(name));
    }

    /** Names the column of a property. */
    public Entity<T, K> column(Field.Property<T, ?> property, String column) {
        return with(property, said -> said.withColumn(column));
    }

    /**
     * Tells former names of a property's column, as {@link Alias} does: a table that has one of them, and not the name of
     * now, is used as it is.
     */
    public Entity<T, K> alias(Field.Property<T, ?> property, String... former) {
        return with(property, said -> said.withAliases(List.of(former)));
    }

    /** Makes a {@code long} or {@code int} property count the entity's writes and guard against lost updates. */
    public Entity<T, K> version(Field.Property<T, ? extends Number> property) {
        return with(settings.withVersion(name(property)));
    }

    /** Lets the store assign the id, a {@code long} or {@code int}, of entities saved with 0 or null. */
    public Entity<T, K> generatedId() {
        return with(settings.withGeneratedId());
    }

    /**
     * Takes the ids of entities saved without one from {@code source}, which is thread-safe. Without this, UUIDs and
     * strings are filled in with UUIDs of version 7, which sort by the time of their creation: {@link UuidV7}.
     */
    public Entity<T, K> generatedId(Supplier<? extends K> source) {
        return with(settings.withIds(source));
    }

    /** Adds an index over the columns of properties, in this order. */
    @SafeVarargs
    public final Entity<T, K> index(Field.Property<T, ?>... properties) {
        List<Path> paths = new ArrayList<>();
        for (Field.Property<T, ?> property : properties) {
            paths.add(Field.field(property).path());
        }
        return with(settings.withIndex(new Settings.OfIndex(paths, false)));
    }

    /** Adds an index over properties that together have no value twice; nulls are exempt. */
    @SafeVarargs
    public final Entity<T, K> unique(Field.Property<T, ?>... properties) {
        List<Path> paths = new ArrayList<>();
        for (Field.Property<T, ?> property : properties) {
            paths.add(Field.field(property).path());
        }
        return with(settings.withIndex(new Settings.OfIndex(paths, true)));
    }

    /** Adds a rule for the column of a property; its values are those of the column, an {@code int} being a Long. */
    public Entity<T, K> check(Field.Property<T, ?> property, Check check) {
        return with(property, said -> said.withCheck(check));
    }

    /** Refuses entities in which the property is null. */
    public Entity<T, K> notNull(Field.Property<T, ?> property) {
        return with(property, Settings.OfProperty::withNotNull);
    }

    /** Gives the column a default, for rows that are written without it and those there are when it is added. */
    public <V> Entity<T, K> defaultValue(Field.Property<T, V> property, V value) {
        return with(property, said -> said.withDefault(value));
    }

    /** Stores one property by a converter. */
    public <V> Entity<T, K> converter(Field.Property<T, V> property, Converter<V, ?> converter) {
        return with(property, said -> said.withConverter(converter));
    }

    /** Stores every property of a class by a converter, also inside of collections and nested objects. */
    public <V> Entity<T, K> converter(Class<V> valueType, Converter<V, ?> converter) {
        return with(settings.withConverter(valueType, converter));
    }

    /** Leaves a property out of the row; it reads as null, zero or empty. */
    public Entity<T, K> transientProperty(Field.Property<T, ?> property) {
        return with(property, Settings.OfProperty::withIgnored);
    }

    /** The entity's class. */
    public Class<T> type() {
        return type;
    }

    /** The class of the id; the wrapper class of a primitive. */
    @SuppressWarnings("unchecked") // of(type, property) ties K to the property, of(type, class) is checked
    public Class<K> idType() {
        return (Class<K>) mapping().idType();
    }

    /**
     * The table that the entity needs.
     *
     * @throws MappingException if the class cannot be mapped, with the property and what to do
     */
    public TableSchema schema() {
        return mapping().schema();
    }

    /**
     * What is stored of the entity: its table and, for each property, the form of its values, down to the constants of enums
     * and the members of nested objects. A canonical JSON value of stable content, which {@code docs/formats/schema-lock.md}
     * describes.
     *
     * @throws MappingException as {@link #schema}
     */
    public Map<String, Object> storedForm() {
        return StoredForm.of(type, settings, mapping());
    }

    /**
     * The entity as a row of the {@link #schema}'s columns. An id that the store is to assign is null in it; one that is
     * missing otherwise is made here.
     *
     * @throws io.taskmover.storage.error.ConstraintException if a value has no stored form, such as NaN inside of a list
     */
    public Row toRow(T entity) {
        return mapping().toRow(entity);
    }

    /**
     * The entity of a row, whose columns are found by name, else by an alias: a missing one reads as null, one that the class
     * does not know is ignored. A property with a constant that its enum does not have reads as if it were null. Fastest for
     * rows that share one {@code RowType}.
     *
     * @throws MappingException if a value does not fit its property, or the constructor refuses
     */
    public T fromRow(Row row) {
        return mapping().fromRow(row);
    }

    /**
     * {@link #fromRow} as an object, the same for each entity that is described alike. What it makes can be given to many if
     * it is a record, or of a sealed type of records, of parts that are immutable themselves; lists, sets and maps of such
     * count as immutable, as they are when the record is given them.
     */
    public RowMapper<T> mapper() {
        return mapping();
    }

    /**
     * {@link #mapper} for a store that wants to know of constants that an enum does not have.
     *
     * @param listener is told, by the thread that reads, whenever a property reads as absent because of one
     * @return equal for entities that are described alike and the same listener
     */
    public RowMapper<T> mapper(Consumer<? super UnknownConstant> listener) {
        return mapping().telling(listener);
    }

    /**
     * The entity for a table that is there already: a property whose column the table has under an {@link Alias} only uses
     * that one, and a number whose column is of a narrower type is converted. A table that has the name of now is used by
     * that, whatever else it has.
     *
     * @return this entity if there is nothing to be done
     */
    public Entity<T, K> fitted(TableSchema table) {
        Entity<T, K> described = settings.found() == Settings.Found.AS_DESCRIBED
                ? this
                : with(settings.withFound(Settings.Found.AS_DESCRIBED));
        Settings.Found found = described.mapping().compare(table);
        return found == Settings.Found.AS_DESCRIBED ? described : with(settings.withFound(found));
    }

    /** The other names under which older rows may have a column, by its own; of columns that have some. */
    public Map<String, List<String>> formerColumns() {
        return mapping().formerColumns();
    }

    /**
     * The row to write in the place of one that is stored: without columns that are null in it where the stored row has a
     * constant that an enum does not have, or one inside. They keep what they have.
     *
     * @param row one of {@link #toRow}
     * @param stored the whole row with its key
     */
    public Row replacing(Row row, Row stored) {
        return mapping().replacing(row, stored);
    }

    /** The entity's primary key as a backend knows it; null if it has none yet. */
    public @Nullable Object keyOf(T entity) {
        return mapping().keyOf(entity);
    }

    /** An id as a primary key: a value of the key column's type, or a {@code CompositeKey}. */
    public Object toKey(K id) {
        return mapping().toKey(id);
    }

    /**
     * The place in the row of a property, or of one nested in it. Names that are no property's are left as they are:
     * columns can be named too.
     *
     * @throws MappingException for a composite id, which is more than one column
     */
    public Path column(Path property) {
        return mapping().translator().column(property);
    }

    /** A condition on properties as one on columns: names replaced, values compared with turned into stored ones. */
    public Condition translate(Condition condition) {
        return mapping().translator().translate(condition);
    }

    /** An order of properties as one of columns; a composite id becomes its components. */
    public List<Sort> translate(List<Sort> sorts) {
        return mapping().translator().translate(sorts);
    }

    /** A query for entities as one for rows. */
    public Query<T> translate(Query<T> query) {
        return new Query<>(translate(query.condition()), translate(query.sorts()), query.limit(), query.offset());
    }

    /**
     * A part of the entity: a record or other class whose properties are called as those of the entity. {@link Column}
     * on one names another, or a path such as {@code address.city}.
     *
     * @throws MappingException if the entity has no such property, or the types differ
     */
    public <R> View<R> view(Class<R> view) {
        return view(view, unknown -> {});
    }

    /**
     * {@link #view(Class)} for a store that wants to know of constants that an enum does not have.
     *
     * @param listener is told, by the thread that reads, whenever a property reads as absent because of one
     */
    public <R> View<R> view(Class<R> view, Consumer<? super UnknownConstant> listener) {
        return mapping().view(view, listener);
    }

    private EntityMapping<T> mapping() {
        EntityMapping<T> known = mapping;
        if (known == null) {
            known = EntityMapping.of(type, idType, settings);
            mapping = known;
        }
        return known;
    }

    private Entity<T, K> with(Settings changed) {
        return new Entity<>(type, idType, changed);
    }

    private Entity<T, K> with(Field.Property<T, ?> property, UnaryOperator<Settings.OfProperty> change) {
        return with(settings.with(name(property), change));
    }

    private static String name(Field.Property<?, ?> property) {
        return Field.field(property).path().column();
    }

    @Override
    public String toString() {
        return "Entity[" + type.getName() + "]";
    }
}
