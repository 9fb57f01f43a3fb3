package io.taskmover.storage.mapping;

import io.taskmover.storage.query.Path;
import io.taskmover.storage.schema.Check;
import io.taskmover.storage.schema.DataType;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * What an entity's author has said in code about its mapping. Immutable.
 *
 * @param table the table; null for the default
 * @param id the id's property as its accessor is called; null to look for it
 * @param version the version's property; null to look for it
 * @param generatedId whether the store assigns the id
 * @param ids where ids of entities without one come from; null for the default
 * @param properties by accessor name
 * @param converters by boxed class
 * @param indexes in the order given
 * @param found what a table has otherwise
 */
record Settings(
        @Nullable String table,
        @Nullable String id,
        @Nullable String version,
        boolean generatedId,
        @Nullable Supplier<?> ids,
        Map<String, OfProperty> properties,
        Map<Class<?>, Converter<?, ?>> converters,
        List<OfIndex> indexes,
        Found found) {

    static final Settings NONE =
            new Settings(null, null, null, false, null, Map.of(), Map.of(), List.of(), Found.AS_DESCRIBED);

    /**
     * What a table that is there already has otherwise than it is described.
     *
     * @param names of columns that go by a former name in the table, by the described one
     * @param types of columns that are narrower than their property, by the described name
     */
    record Found(Map<String, String> names, Map<String, DataType> types) {
        static final Found AS_DESCRIBED = new Found(Map.of(), Map.of());
    }

    /**
     * What was said about one property; null, false and empty for nothing.
     *
     * @param aliases former names of its column, the first that a table has counts
     */
    record OfProperty(
            @Nullable String column,
            boolean notNull,
            boolean ignored,
            @Nullable Object defaultValue,
            @Nullable Converter<?, ?> converter,
            List<Check> checks,
            List<String> aliases) {
        static final OfProperty NOTHING = new OfProperty(null, false, false, null, null, List.of(), List.of());

        OfProperty withColumn(String name) {
            return new OfProperty(name, notNull, ignored, defaultValue, converter, checks, aliases);
        }

        OfProperty withNotNull() {
            return new OfProperty(column, true, ignored, defaultValue, converter, checks, aliases);
        }

        OfProperty withIgnored() {
            return new OfProperty(column, notNull, true, defaultValue, converter, checks, aliases);
        }

        OfProperty withDefault(Object value) {
            return new OfProperty(column, notNull, ignored, value, converter, checks, aliases);
        }

        OfProperty withConverter(Converter<?, ?> with) {
            return new OfProperty(column, notNull, ignored, defaultValue, with, checks, aliases);
        }

        OfProperty withCheck(Check check) {
            List<Check> more = new ArrayList<>(checks);
            more.add(check);
            return new OfProperty(column, notNull, ignored, defaultValue, converter, more, aliases);
        }

        OfProperty withAliases(List<String> names) {
            List<String> more = new ArrayList<>(aliases);
            more.addAll(names);
            return new OfProperty(column, notNull, ignored, defaultValue, converter, checks, List.copyOf(more));
        }
    }

    /** An index over properties. */
    record OfIndex(List<Path> properties, boolean unique) {}

    /** Whether there is code among them, of which nobody can tell whether it is the same. */
    boolean hasCode() {
        return ids != null
                || !converters.isEmpty()
                || properties.values().stream().anyMatch(said -> said.converter() != null);
    }

    Settings withTable(String name) {
        return new Settings(name, id, version, generatedId, ids, properties, converters, indexes, found);
    }

    Settings withId(String property) {
        return new Settings(table, property, version, generatedId, ids, properties, converters, indexes, found);
    }

    Settings withVersion(String property) {
        return new Settings(table, id, property, generatedId, ids, properties, converters, indexes, found);
    }

    Settings withGeneratedId() {
        return new Settings(table, id, version, true, ids, properties, converters, indexes, found);
    }

    Settings withIds(Supplier<?> source) {
        return new Settings(table, id, version, generatedId, source, properties, converters, indexes, found);
    }

    Settings with(String property, UnaryOperator<OfProperty> change) {
        Map<String, OfProperty> more = new LinkedHashMap<>(properties);
        more.put(property, change.apply(more.getOrDefault(property, OfProperty.NOTHING)));
        return new Settings(
                table, id, version, generatedId, ids, Collections.unmodifiableMap(more), converters, indexes, found);
    }

    Settings withConverter(Class<?> type, Converter<?, ?> converter) {
        Map<Class<?>, Converter<?, ?>> more = new HashMap<>(converters);
        more.put(Types.boxed(type), converter);
        return new Settings(table, id, version, generatedId, ids, properties, Map.copyOf(more), indexes, found);
    }

    Settings withIndex(OfIndex index) {
        List<OfIndex> more = new ArrayList<>(indexes);
        more.add(index);
        return new Settings(table, id, version, generatedId, ids, properties, converters, List.copyOf(more), found);
    }

    Settings withFound(Found other) {
        return new Settings(table, id, version, generatedId, ids, properties, converters, indexes, other);
    }
}
