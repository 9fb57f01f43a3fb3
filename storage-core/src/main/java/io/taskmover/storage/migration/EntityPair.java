package io.taskmover.storage.migration;

import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.SchemaJson;
import io.taskmover.storage.schema.TableSchema;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** An entity as it was locked and as it is now, which columns of both are the same, and what has been found to differ. */
final class EntityPair {
    private final Map<?, ?> locked;
    private final Map<?, ?> now;
    private final TableSchema before;
    private final TableSchema after;
    private final Members old;
    private final Members current;
    private final List<SchemaChange> changes;

    /** The columns of now with what each was called before; those that are new are not in it. */
    private final Map<String, String> formerNames = new LinkedHashMap<>();
    /** Columns of now that may be one that was there before, by name, with that. */
    private final Map<String, String> maybeRenamed = new LinkedHashMap<>();

    /**
     * @param locked the stored form of the entity as it was, maybe with columns that are {@code removed}
     * @param now the same as it is now
     * @param changes is given each difference
     */
    EntityPair(Map<?, ?> locked, Map<?, ?> now, List<SchemaChange> changes) {
        this.locked = locked;
        this.now = now;
        this.changes = changes;
        this.before = schema(locked);
        this.after = schema(now);
        this.old = properties(locked);
        this.current = properties(now);
        for (String column : current.names()) {
            String former = current.formerName(column, old);
            if (former != null) {
                formerNames.put(column, former);
            }
        }
        findRenamed();
    }

    /** A column that is gone and a new one of the same form may be one that has another name. */
    private void findRenamed() {
        for (String column : current.names()) {
            if (!formerNames.containsKey(column)) {
                old.names().stream()
                        .filter(candidate -> isGone(candidate) && isLike(candidate, column))
                        .findFirst()
                        .ifPresent(candidate -> maybeRenamed.put(column, candidate));
            }
        }
    }

    private boolean isLike(String candidate, String column) {
        Column was = before.column(candidate);
        Column is = after.column(column);
        return was.type() == is.type()
                && was.notNull() == is.notNull()
                && FormComparison.fits(old.form(candidate), current.form(column), isJson(column));
    }

    static TableSchema schema(Map<?, ?> entity) {
        return SchemaJson.of(entity.get("schema"));
    }

    static String simpleName(Map<?, ?> entity) {
        String name = String.valueOf(entity.get("class"));
        return name.substring(Math.max(name.lastIndexOf('.'), name.lastIndexOf('$')) + 1);
    }

    /** The columns of all classes. */
    private static Members properties(Map<?, ?> entity) {
        if (entity.get("properties") instanceof Map<?, ?> properties) {
            return new Members(properties);
        }
        Map<Object, Object> all = new TreeMap<>();
        ((Map<?, ?>) Objects.requireNonNull(entity.get("classes")))
                .values()
                .forEach(properties -> ((Map<?, ?>) properties).forEach(all::putIfAbsent));
        return new Members(all);
    }

    String name() {
        return simpleName(now);
    }

    Map<?, ?> locked() {
        return locked;
    }

    Map<?, ?> now() {
        return now;
    }

    TableSchema before() {
        return before;
    }

    TableSchema after() {
        return after;
    }

    /** The table of now. */
    String table() {
        return after.name();
    }

    Members old() {
        return old;
    }

    Members current() {
        return current;
    }

    /** What a column of now was called before; null if it is new. */
    @Nullable
    String formerName(String column) {
        return formerNames.get(column);
    }

    /** The column that was there before and that this one may be under another name; null if there is none. */
    @Nullable
    String maybeRenamedFrom(String column) {
        return maybeRenamed.get(column);
    }

    /** What a column of now was called before, as far as can be told; its own name if it is new. */
    String nameBefore(String column) {
        return formerNames.getOrDefault(column, maybeRenamed.getOrDefault(column, column));
    }

    boolean isNew(String column) {
        return !formerNames.containsKey(column) && !maybeRenamed.containsKey(column);
    }

    /** Whether a column that was there before is not there any more, under another name neither. */
    boolean isGone(String former) {
        return !formerNames.containsValue(former) && !maybeRenamed.containsValue(former);
    }

    /** The form of the values of a column that was removed earlier; null if there was none of this name. */
    @Nullable
    Object removedForm(String column) {
        return locked.get("removed") instanceof Map<?, ?> removed && removed.containsKey(column)
                ? new Members(removed).form(column)
                : null;
    }

    boolean isJson(String column) {
        return after.column(column).type() == DataType.JSON;
    }

    /** Whether rows that lack the column break what a class of theirs says of it. */
    boolean isRequired(String column) {
        Column is = after.column(column);
        return is.defaultValue() == null && (is.notNull() || isPrimitiveInFormerClass(column));
    }

    private boolean isPrimitiveInFormerClass(String column) {
        return now.get("classes") instanceof Map<?, ?> classes
                && locked.get("classes") instanceof Map<?, ?> former
                && former.keySet().stream()
                        .filter(classes::containsKey)
                        .map(name -> new Members(Objects.requireNonNull(classes.get(name))))
                        .anyMatch(members -> members.has(column) && FormComparison.isPrimitive(members.form(column)));
    }

    String describeBefore(String former) {
        return describe(before, old, former);
    }

    String describeAfter(String column) {
        return describe(after, current, column);
    }

    private static String describe(TableSchema schema, Members members, String column) {
        return FormComparison.describe(members.form(column))
                + (schema.column(column).notNull() ? ", required" : "");
    }

    void add(FormComparison.Difference difference) {
        changes.add(new SchemaChange(
                name(),
                difference.path(),
                difference.before(),
                difference.after(),
                difference.compatible(),
                difference.effect(),
                difference.remedy()));
    }

    /** Tells a change that hurts. */
    void change(String property, String was, String is, String effect, String remedy) {
        changes.add(new SchemaChange(name(), property, was, is, false, effect, remedy));
    }

    /** Tells a change that does not. */
    void compatible(String property, String was, String is, String effect) {
        changes.add(new SchemaChange(name(), property, was, is, true, effect, ""));
    }

    /** The columns that are gone, with their forms, for the time when there is one of that name again. */
    static Map<String, Object> removed(Map<?, ?> locked, Map<?, ?> now) {
        Members old = properties(locked);
        Members current = properties(now);
        Map<String, Object> removed = new TreeMap<>();
        if (locked.get("removed") instanceof Map<?, ?> earlier) {
            earlier.forEach((name, form) -> removed.put((String) name, Objects.requireNonNull(form)));
        }
        for (String name : old.names()) {
            if (current.heirOf(name, old) == null) {
                removed.put(name, Map.of("type", old.form(name)));
            }
        }
        removed.keySet().removeAll(new LinkedHashSet<>(current.names()));
        return removed;
    }
}
