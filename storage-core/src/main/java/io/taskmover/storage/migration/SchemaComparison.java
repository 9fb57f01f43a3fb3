package io.taskmover.storage.migration;

import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.SchemaJson;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Finds what of an entity is not as it was, what that does to rows that were written before, and what a migration could do about
 * it. Used once.
 */
final class SchemaComparison {
    private final String entity;
    private final TableSchema before;
    private final TableSchema after;
    private final Map<?, ?> locked;
    private final Map<?, ?> now;
    private final Members old;
    private final Members current;
    private final List<SchemaChange> changes;
    private final Skeleton skeleton;

    /** The columns of now with what each was called before; those that are new are not in it. */
    private final Map<String, String> formerNames = new LinkedHashMap<>();
    /** Columns that may be one that was there before, by name, with that. */
    private final Map<String, String> maybeRenamed = new LinkedHashMap<>();

    private SchemaComparison(Map<?, ?> locked, Map<?, ?> now, List<SchemaChange> changes, Skeleton skeleton) {
        this.locked = locked;
        this.now = now;
        this.changes = changes;
        this.skeleton = skeleton;
        this.entity = simpleName(now);
        this.before = schema(locked);
        this.after = schema(now);
        this.old = properties(locked);
        this.current = properties(now);
    }

    /**
     * @param locked the stored form of the entity as it was, maybe with columns that are {@code removed}
     * @param now the same as it is now
     * @param changes is given each difference
     * @param skeleton is given what could be done
     */
    static void compare(Map<?, ?> locked, Map<?, ?> now, List<SchemaChange> changes, Skeleton skeleton) {
        new SchemaComparison(locked, now, changes, skeleton).compare();
    }

    /** What is left of an entity that no class is given for any more. */
    static void compareToNothing(Map<?, ?> locked, List<SchemaChange> changes, Skeleton skeleton) {
        String table = schema(locked).name();
        changes.add(new SchemaChange(
                simpleName(locked),
                "",
                "table '" + table + "'",
                "",
                false,
                "its rows are not read any more",
                "If it is another class now, keep its table with @Table(\"" + table
                        + "\"); if it was left out of the check, put it back in; else drop the table by a migration"));
        skeleton.retype(
                "No class is stored in table '" + table + "' any more. Remove this line if its rows are to go.",
                Change.dropTable(table));
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

    private void compare() {
        compareNames();
        for (String column : current.names()) {
            String former = current.formerName(column, old);
            if (former != null) {
                formerNames.put(column, former);
            }
        }
        findRenamed();
        for (String column : current.names()) {
            String former = formerNames.get(column);
            if (former != null) {
                compareColumn(former, column);
            } else if (!maybeRenamed.containsKey(column)) {
                compareNewColumn(column);
            }
        }
        for (String column : old.names()) {
            if (!formerNames.containsValue(column) && !maybeRenamed.containsValue(column)) {
                compareRemovedColumn(column);
            }
        }
        compareClasses();
        compareKey();
        compareIndexes();
    }

    private void compareNames() {
        if (!before.name().equals(after.name())) {
            change(
                    "",
                    "table '" + before.name() + "'",
                    "table '" + after.name() + "'",
                    "rows stay in the former table and are not found",
                    "Keep the table with @Table(\"" + before.name() + "\")");
            skeleton.todo("Rows of " + entity + " are in table '" + before.name() + "' and are looked for in '"
                    + after.name() + "', and a table cannot be renamed. Copy them, in code or SQL.");
        }
        if (!Objects.equals(locked.get("class"), now.get("class"))) {
            compatible("", "class " + locked.get("class"), "class " + now.get("class"), "no row has its name");
        }
    }

    // columns

    /** A column that is gone and a new one of the same form may be one that has another name. */
    private void findRenamed() {
        for (String column : current.names()) {
            if (formerNames.containsKey(column)) {
                continue;
            }
            for (String candidate : old.names()) {
                boolean free = !formerNames.containsValue(candidate) && !maybeRenamed.containsValue(candidate);
                if (free && isSameForm(candidate, column)) {
                    maybeRenamed.put(column, candidate);
                    tellRenamed(candidate, column);
                    break;
                }
            }
        }
    }

    private boolean isSameForm(String candidate, String column) {
        return before.column(candidate).type() == after.column(column).type()
                && FormComparison.fits(old.form(candidate), current.form(column), isJson(column));
    }

    private void tellRenamed(String former, String column) {
        change(
                column,
                former + ", " + describe(before, old, former),
                column + ", " + describe(after, current, column),
                "if it was renamed, rows from before have it under '" + former + "' and read as if they had none",
                "If it was renamed, give it @Alias(\"" + former
                        + "\"), or rename the column by a migration; if these are two" + " properties, accept it");
        skeleton.rename(
                "Was '" + former + "' of " + entity + " renamed to '" + column
                        + "'? Then remove this line. If not, remove the renaming too"
                        + (isRequired(column) ? ", and add the column with the value that rows from before get" : "")
                        + ".",
                Change.renameColumn(after.name(), former, column));
    }

    private void compareColumn(String former, String column) {
        if (!former.equals(column)) {
            compatible(column, former, column, "is found under its former name by its alias");
        }
        List<FormComparison.Difference> differences =
                new ArrayList<>(FormComparison.of(column, old.form(former), current.form(column), isJson(column)));
        Set<String> lost = old.lostNames(former, current, column);
        if (!lost.isEmpty()) {
            differences.add(FormComparison.lostAliases(column, lost));
        }
        Column was = before.column(former);
        Column is = after.column(column);
        boolean fits = true;
        for (FormComparison.Difference difference : differences) {
            add(was.type() != is.type() && difference.compatible() ? widened(difference, was.type()) : difference);
            fits &= difference.compatible();
        }
        boolean madeRequired = is.notNull() && !was.notNull();
        boolean madeOptional = was.notNull() && !is.notNull();
        boolean checksDiffer = !was.checks().equals(is.checks());
        if (madeRequired) {
            change(
                    column,
                    "may be null",
                    "is required",
                    "rows that have no value there break that, and a primitive reads as zero",
                    "Leave it as it was, or give a value to rows that have none by a migration");
        }
        if (madeOptional) {
            change(
                    column,
                    "is required",
                    "may be null",
                    "the column of tables that are there refuses null, and so rows without a value",
                    "Leave it as it was, or change the column by a migration");
        }
        if (checksDiffer) {
            change(
                    column,
                    "has the checks " + was.checks(),
                    "has the checks " + is.checks(),
                    "tables that are there go on with the former checks",
                    "Change the column by a migration");
        }
        if (!Objects.equals(was.defaultValue(), is.defaultValue())) {
            compatible(
                    column,
                    "has the default " + was.defaultValue(),
                    "has the default " + is.defaultValue(),
                    "tables that are there go on with the former one, which rows of this class do not need");
        }
        if (!fits || madeRequired || madeOptional || checksDiffer) {
            mend(former, column, differences, madeRequired, madeOptional || checksDiffer);
        }
    }

    /** Says of a wider type what tables make of it, which keep the narrower one. */
    private static FormComparison.Difference widened(FormComparison.Difference difference, DataType kept) {
        return new FormComparison.Difference(
                difference.path(),
                difference.before(),
                difference.after(),
                true,
                difference.effect() + "; tables that are there keep " + kept
                        + ", and refuse what it does not have exactly until a migration changes the column's type",
                "",
                List.of());
    }

    /** Puts into the skeleton what makes values of a column fit. */
    private void mend(
            String former,
            String column,
            List<FormComparison.Difference> differences,
            boolean madeRequired,
            boolean redefined) {
        String place = after.name() + "." + column;
        Column was = before.column(former);
        Column is = after.column(column);
        if (!former.equals(column)) {
            skeleton.todo("Tables may have '" + place + "' under the name '" + former
                    + "' still: rename it in those, or leave the migration to each of them.");
        }
        boolean retyped = was.type() != is.type();
        for (FormComparison.Difference difference : differences) {
            if (difference.compatible()) {
                continue;
            }
            if (!difference.gone().isEmpty() && difference.path().equals(column) && !isJson(column)) {
                String first = firstConstant(current.form(column));
                difference
                        .gone()
                        .forEach(gone -> skeleton.replace(
                                "Which constant do rows get that have " + gone + " in '" + place
                                        + "'? Write it below, and remove this line.",
                                Change.replaceValue(after.name(), column, gone, first)));
            } else if (!retyped || isJson(column) || !isConvertible(was.type(), is.type())) {
                skeleton.todo("'" + after.name() + "." + difference.path() + "': " + difference.effect()
                        + ". Change such rows: with a replaceValue for each value, by SQL, or in code with"
                        + " Change.transformRows or Change.changeType; remove this line if there are none.");
            }
        }
        if (madeRequired) {
            fill(column, is);
        }
        boolean converts = retyped
                && isConvertible(was.type(), is.type())
                && differences.stream().anyMatch(d -> !d.compatible());
        if (converts || madeRequired || redefined) {
            redefine(
                    former,
                    column,
                    retyped && !converts ? new Column(column, was.type(), is.notNull(), null, List.of()) : is);
        }
    }

    private void fill(String column, Column is) {
        Object value = is.defaultValue();
        if (value != null) {
            skeleton.replace(Change.replaceValue(after.name(), column, null, defaultJson(is)));
        } else {
            skeleton.replace(
                    "Which value do rows get that have none in '" + after.name() + "." + column
                            + "'? Write it below, and remove this line.",
                    Change.replaceValue(after.name(), column, null, placeholder(is.type(), current.form(column))));
        }
    }

    private static @Nullable Object defaultJson(Column column) {
        return ((Map<?, ?>) SchemaJson.canonical(column)).get("default");
    }

    /** Puts a column in the place of one, which nothing must use meanwhile. */
    private void redefine(String former, String column, Column is) {
        boolean used = before.primaryKey().contains(former)
                || after.primaryKey().contains(column)
                || before.versionColumn().filter(former::equals).isPresent();
        if (used) {
            skeleton.todo(
                    "'" + after.name() + "." + column + "' is the key or the version, and so cannot be changed in its"
                            + " place: make another table and copy the rows, in code or SQL.");
            return;
        }
        for (Index index : before.indexes()) {
            if (index.columns().contains(former)) {
                skeleton.dropIndex(index.name(), Change.dropIndex(after.name(), index.name()));
            }
        }
        for (Index index : after.indexes()) {
            if (index.columns().contains(column)) {
                skeleton.createIndex(index.name(), Change.createIndex(after.name(), index));
            }
        }
        Change change = Change.changeType(after.name(), is);
        boolean loses = before.column(former).type() == DataType.DECIMAL && is.type() == DataType.REAL;
        if (loses) {
            skeleton.retype(
                    "Digits of '" + after.name() + "." + column
                            + "' beyond those of a double go. Remove this line if that may be.",
                    change);
        } else {
            skeleton.retype(change);
        }
    }

    /** Whether {@link Change#changeType} knows how, for those values that have a form in the other type. */
    private static boolean isConvertible(DataType from, DataType to) {
        return switch (to) {
            case TEXT -> from != DataType.BLOB;
            case INTEGER, REAL, DECIMAL -> from == DataType.TEXT || from.isNumeric();
            case BOOLEAN, TIMESTAMP, DATE, TIME, UUID -> from == DataType.TEXT;
            case BLOB, JSON -> false;
        };
    }

    private void compareNewColumn(String column) {
        Column is = after.column(column);
        boolean required = isRequired(column);
        String description = describe(after, current, column);
        Object removed = removed(column);
        if (removed != null) {
            for (FormComparison.Difference difference : FormComparison.of(
                    column, new Members(Map.of(column, removed)).form(column), current.form(column), isJson(column))) {
                if (!difference.compatible()) {
                    add(difference);
                    skeleton.todo("Tables that are older have a column '" + after.name() + "." + column
                            + "' of another form, " + difference.before()
                            + ", which was removed from the class: drop or change it in those.");
                }
            }
        }
        if (!required) {
            compatible(
                    column,
                    "",
                    description,
                    is.defaultValue() == null
                            ? "it is null in rows from before"
                            : "rows from before have its default, " + is.defaultValue());
            return;
        }
        change(
                column,
                "",
                description,
                "rows from before have no value for it, and a primitive reads as zero, which nobody wrote",
                "Let it be null, or give it a default, or add the column with a value by a migration");
        if (after.primaryKey().contains(column)) {
            return; // which is another key, and told as that
        }
        Object value = placeholder(is.type(), current.form(column));
        skeleton.add(
                "Which value do rows from before get in '" + after.name() + "." + column
                        + "'? Write it below as the default, and remove this line.",
                Change.addColumn(
                        after.name(),
                        SchemaJson.columnOf(Map.of(
                                "name", column, "type", is.type().name(), "notNull", is.notNull(), "default", value))));
    }

    private @Nullable Object removed(String column) {
        return locked.get("removed") instanceof Map<?, ?> removed ? removed.get(column) : null;
    }

    private void compareRemovedColumn(String column) {
        Column was = before.column(column);
        String description = describe(before, old, column);
        boolean missed = was.notNull() && was.defaultValue() == null;
        if (before.primaryKey().contains(column)) {
            return; // which is another key, and told as that
        }
        if (!missed) {
            compatible(column, description, "", "tables keep the column, and rows the values that they have");
            return;
        }
        change(
                column,
                description,
                "",
                "tables keep the column, which refuses rows without a value: nothing can be inserted any more",
                "If it has another name now, give that @Alias(\"" + column
                        + "\"); else let the column be null by a migration, or drop it");
        redefine(column, column, new Column(column, was.type(), false, null, was.checks()));
        for (Index index : before.indexes()) {
            if (index.columns().contains(column)) {
                skeleton.createIndex(index.name(), Change.createIndex(after.name(), index));
            }
        }
    }

    // what is about more than one column

    private void compareClasses() {
        boolean wasSealed = locked.get("classes") != null;
        boolean isSealed = now.get("classes") != null;
        if (wasSealed != isSealed || !Objects.equals(locked.get("kind"), now.get("kind"))) {
            change(
                    "",
                    wasSealed ? "a sealed type, with its classes in '" + locked.get("kind") + "'" : "one class",
                    isSealed ? "a sealed type, with its classes in '" + now.get("kind") + "'" : "one class",
                    "rows do not say of which class they are, or say it where nobody looks",
                    "Leave it as it was");
            skeleton.todo("Rows of '" + after.name() + "' have to say of which class they are as " + entity
                    + " needs it: change the table in code or SQL.");
        } else if (wasSealed && isSealed) {
            compareClasses((Map<?, ?>) Objects.requireNonNull(locked.get("classes")), (Map<?, ?>)
                    Objects.requireNonNull(now.get("classes")));
        }
    }

    private void compareClasses(Map<?, ?> was, Map<?, ?> is) {
        was.forEach((name, columns) -> {
            Object same = is.get(name);
            if (same == null) {
                add(FormComparison.lostClass("", (String) name));
                skeleton.replace(
                        "Class " + name + " is gone: of which class are its rows in '" + after.name()
                                + "' now? Write it below, and remove this line; or delete them in code.",
                        Change.replaceValue(
                                after.name(),
                                String.valueOf(now.get("kind")),
                                name,
                                is.keySet().iterator().next()));
            } else {
                compareClass((String) name, new Members(Objects.requireNonNull(columns)), new Members(same));
            }
        });
        is.keySet().stream()
                .filter(name -> !was.containsKey(name))
                .forEach(name -> compatible("(" + name + ")", "", "class " + name, "no row is of it yet"));
    }

    /** What a class has gained or lost that others have, so that the columns of all are the same. */
    private void compareClass(String name, Members was, Members is) {
        for (String column : is.names()) {
            boolean gained = is.formerName(column, was) == null && formerNames.containsKey(column);
            if (gained && FormComparison.isPrimitive(is.form(column))) {
                change(
                        "(" + name + ")." + column,
                        "",
                        String.valueOf(is.form(column)),
                        "rows of the class from before have no value for it, which reads as zero",
                        "Make it one that can be null, or give it a value in rows of the class by a migration");
                skeleton.todo("Rows of class " + name + " in '" + after.name() + "' have no '" + column
                        + "': give them one, in code or SQL.");
            }
        }
        for (String column : was.names()) {
            if (is.heirOf(column, was) == null && formerNames.containsValue(column)) {
                change(
                        "(" + name + ")." + column,
                        FormComparison.describe(was.form(column)),
                        "",
                        "rows of the class lose it when they are saved, as other classes have it still",
                        "Keep it, or accept that it goes");
            }
        }
    }

    private void compareKey() {
        List<String> was = before.primaryKey();
        List<String> is = after.primaryKey().stream()
                .map(column -> formerNames.getOrDefault(column, maybeRenamed.getOrDefault(column, column)))
                .toList();
        if (!was.equals(is)) {
            change(
                    "",
                    "key " + was,
                    "key " + after.primaryKey(),
                    "a table that is there has another key and is refused",
                    "Keep the key");
            skeleton.todo(
                    "The key of '" + after.name() + "' is " + was + " and is to be " + after.primaryKey()
                            + ", and the key of a table cannot be changed: make another table and copy the rows, in code or SQL.");
        }
        if (after.generatedKey() && !before.generatedKey()) {
            change(
                    "",
                    "ids of its own",
                    "ids that the store generates",
                    "a table that is there generates none: what is saved without an id is refused",
                    "Leave it as it was");
            skeleton.todo(
                    "Table '" + after.name() + "' generates no keys, and cannot be made to: make another table and copy"
                            + " the rows, in code or SQL.");
        } else if (before.generatedKey() && !after.generatedKey()) {
            compatible("", "ids that the store generates", "ids of its own", "ids that there are stay");
        }
        String version = after.versionColumn()
                .map(column -> formerNames.getOrDefault(column, maybeRenamed.getOrDefault(column, column)))
                .orElse(null);
        if (!Objects.equals(before.versionColumn().orElse(null), version)) {
            change(
                    "",
                    "version " + before.versionColumn().orElse("none"),
                    "version " + after.versionColumn().orElse("none"),
                    version == null || before.versionColumn().isPresent()
                            ? "a table that is there counts its writes in the former one and is refused"
                            : "a table that is there does not count its writes: lost updates would go unnoticed",
                    "Leave it as it was");
            skeleton.todo("Table '" + after.name() + "' counts its writes in "
                    + before.versionColumn().orElse("no column") + ", not in "
                    + after.versionColumn().orElse("no column")
                    + ", and cannot be made to: make another table and copy the rows, in code or SQL.");
        }
    }

    private void compareIndexes() {
        for (Index index : after.indexes()) {
            if (same(before.indexes(), formerColumns(index), index.unique()) == null) {
                compareNewIndex(index);
            }
        }
        for (Index index : before.indexes()) {
            boolean kept = after.indexes().stream()
                    .anyMatch(other -> other.unique() == index.unique()
                            && formerColumns(other).equals(index.columns()));
            if (!kept) {
                compareRemovedIndex(index);
            }
        }
    }

    private List<String> formerColumns(Index index) {
        return index.columns().stream()
                .map(column -> formerNames.getOrDefault(column, column))
                .toList();
    }

    private static @Nullable Index same(List<Index> indexes, List<String> columns, boolean unique) {
        return indexes.stream()
                .filter(index -> index.unique() == unique && index.columns().equals(columns))
                .findFirst()
                .orElse(null);
    }

    private void compareNewIndex(Index index) {
        boolean allNull = index.columns().stream()
                .anyMatch(column -> !formerNames.containsKey(column)
                        && !maybeRenamed.containsKey(column)
                        && after.column(column).defaultValue() == null
                        && !isRequired(column));
        if (!index.unique()) {
            compatible("", "", "index on " + index.columns(), "it is made when the table is opened");
        } else if (allNull) {
            compatible(
                    "", "", "unique index on " + index.columns(), "rows from before have null there, which is exempt");
        } else {
            change(
                    "",
                    "",
                    "unique index on " + index.columns(),
                    "rows that have the same values there do not let it be made, and the table is refused",
                    "Look whether there are such rows, and make the index by a migration");
            skeleton.createIndex(index.name(), Change.createIndex(after.name(), index));
        }
    }

    private void compareRemovedIndex(Index index) {
        boolean alwaysNull = index.columns().stream()
                .anyMatch(column -> !formerNames.containsValue(column) && !maybeRenamed.containsValue(column));
        String description = (index.unique() ? "unique index on " : "index on ") + index.columns();
        if (!index.unique() || alwaysNull) {
            compatible("", description, "", "tables keep it, and it refuses nothing");
        } else {
            change(
                    "",
                    description,
                    "",
                    "tables keep it, and refuse what has the same values there",
                    "Drop it by a migration");
            skeleton.dropIndex(index.name(), Change.dropIndex(after.name(), index.name()));
        }
    }

    // words

    private boolean isJson(String column) {
        return after.column(column).type() == DataType.JSON;
    }

    /** Whether rows that lack the column break what a class of theirs says of it. */
    private boolean isRequired(String column) {
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

    private static String describe(TableSchema schema, Members members, String column) {
        return FormComparison.describe(members.form(column))
                + (schema.column(column).notNull() ? ", required" : "");
    }

    private static String firstConstant(Object form) {
        return form instanceof Map<?, ?> map && map.get("constants") instanceof List<?> names
                ? String.valueOf(names.get(0))
                : "";
    }

    /** Some value of a type, to be replaced. */
    private static Object placeholder(DataType type, Object form) {
        return switch (type) {
            case TEXT -> firstConstant(form);
            case INTEGER, REAL, DECIMAL -> 0L;
            case BOOLEAN -> false;
            case TIMESTAMP -> "1970-01-01T00:00:00Z";
            case DATE -> "1970-01-01";
            case TIME -> "00:00:00";
            case UUID -> "00000000-0000-0000-0000-000000000000";
            case BLOB -> "";
            case JSON ->
                form instanceof Map<?, ?> map && (map.containsKey("list") || map.containsKey("set"))
                        ? List.of()
                        : Map.of();
        };
    }

    private void add(FormComparison.Difference difference) {
        changes.add(new SchemaChange(
                entity,
                difference.path(),
                difference.before(),
                difference.after(),
                difference.compatible(),
                difference.effect(),
                difference.remedy()));
    }

    private void change(String property, String was, String is, String effect, String remedy) {
        changes.add(new SchemaChange(entity, property, was, is, false, effect, remedy));
    }

    private void compatible(String property, String was, String is, String effect) {
        changes.add(new SchemaChange(entity, property, was, is, true, effect, ""));
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
