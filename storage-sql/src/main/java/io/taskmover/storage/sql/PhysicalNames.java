package io.taskmover.storage.sql;

import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.Json;
import io.taskmover.storage.schema.TableSchema;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a table, its columns and its indexes are called in the database. That is their own name, unless the database
 * cannot have it: too long, reserved, or the same as another to it. Then a number follows: {@code Name#2}. Names once given
 * stay, so they are kept with the schema.
 */
final class PhysicalNames {
    /** Follows the name of a DECIMAL column in the name of the one that holds its {@link DecimalKey}. */
    private static final String KEY_SUFFIX = "#key";

    private final String table;
    private final Map<String, String> columns = new TreeMap<>();
    private final Map<String, String> keys = new TreeMap<>();
    private final Map<String, String> indexes = new TreeMap<>();

    private PhysicalNames(String table) {
        this.table = table;
    }

    /**
     * Names for everything in a schema.
     *
     * @param known the names that some of it has already, if the table is there
     * @param rules the database's
     * @param taken whether another table or index of the database has a name
     */
    static PhysicalNames choose(
            TableSchema schema, @Nullable PhysicalNames known, NameRules rules, Predicate<String> taken) {
        PhysicalNames names = new PhysicalNames(known != null ? known.table : free(schema.name(), "", rules, taken));
        Set<String> columns = new HashSet<>();
        if (known != null) {
            for (Column column : schema.columns()) {
                copy(column.name(), known.columns, names.columns, rules, columns);
                copy(column.name(), known.keys, names.keys, rules, columns);
            }
        }
        for (Column column : schema.columns()) {
            give(column.name(), column.name(), "", names.columns, rules, columns);
            if (column.type() == DataType.DECIMAL) {
                give(column.name(), names.column(column.name()), KEY_SUFFIX, names.keys, rules, columns);
            }
        }
        Set<String> indexes = new HashSet<>(Set.of(rules.folded(names.table)));
        for (Index index : schema.indexes()) {
            String old = known == null ? null : known.indexes.get(index.name());
            String name = old != null
                    ? old
                    : free(
                            index.name(),
                            "",
                            rules,
                            wanted -> indexes.contains(rules.folded(wanted)) || taken.test(wanted));
            indexes.add(rules.folded(name));
            names.indexes.put(index.name(), name);
        }
        return names;
    }

    private static void copy(
            String name, Map<String, String> from, Map<String, String> to, NameRules rules, Set<String> used) {
        String physical = from.get(name);
        if (physical != null) {
            to.put(name, physical);
            used.add(rules.folded(physical));
        }
    }

    private static void give(
            String name, String wanted, String suffix, Map<String, String> to, NameRules rules, Set<String> used) {
        if (!to.containsKey(name)) {
            String physical = free(wanted, suffix, rules, candidate -> used.contains(rules.folded(candidate)));
            to.put(name, physical);
            used.add(rules.folded(physical));
        }
    }

    /** A name that begins with {@code wanted} as far as it can, ends in {@code suffix}, and is free. */
    static String free(String wanted, String suffix, NameRules rules, Predicate<String> taken) {
        String candidate = rules.fit(wanted, suffix);
        for (int number = 2; rules.isReserved(candidate) || taken.test(candidate); number++) {
            candidate = rules.fit((rules.isReserved(wanted + suffix) ? "#" : "") + wanted, suffix + "#" + number);
        }
        return candidate;
    }

    String table() {
        return table;
    }

    /** The same names of parts in a table of another name. */
    PhysicalNames withTable(String name) {
        PhysicalNames other = new PhysicalNames(name);
        other.columns.putAll(columns);
        other.keys.putAll(keys);
        other.indexes.putAll(indexes);
        return other;
    }

    String column(String column) {
        return Objects.requireNonNull(columns.get(column));
    }

    /** The hidden column that a DECIMAL one is compared by. */
    String key(String column) {
        return Objects.requireNonNull(keys.get(column));
    }

    String index(String index) {
        return Objects.requireNonNull(indexes.get(index));
    }

    /** All names as JSON text, to be kept. */
    String text() {
        return Json.text(Json.canonical(Map.of("table", table, "columns", columns, "keys", keys, "indexes", indexes)));
    }

    /** The names out of their {@link #text}. */
    static PhysicalNames parse(String text) {
        Map<?, ?> json = (Map<?, ?>) Objects.requireNonNull(Json.parse(text));
        PhysicalNames names = new PhysicalNames((String) Objects.requireNonNull(json.get("table")));
        fill(names.columns, json.get("columns"));
        fill(names.keys, json.get("keys"));
        fill(names.indexes, json.get("indexes"));
        return names;
    }

    private static void fill(Map<String, String> map, @Nullable Object json) {
        ((Map<?, ?>) Objects.requireNonNull(json))
                .forEach((name, physical) -> map.put((String) name, (String) physical));
    }

    /** The names of a table that others made: its own. */
    static PhysicalNames same(TableSchema schema) {
        PhysicalNames names = new PhysicalNames(schema.name());
        schema.columns().forEach(column -> names.columns.put(column.name(), column.name()));
        schema.indexes().forEach(index -> names.indexes.put(index.name(), index.name()));
        return names;
    }
}
