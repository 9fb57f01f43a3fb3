package io.taskmover.storage.migration;

import io.taskmover.storage.schema.Index;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Finds what of an entity is not as it was, what that does to rows that were written before, and what a migration could do about
 * it. Used once.
 */
final class SchemaComparison {
    private final EntityPair pair;
    private final Skeleton skeleton;

    private SchemaComparison(EntityPair pair, Skeleton skeleton) {
        this.pair = pair;
        this.skeleton = skeleton;
    }

    /**
     * @param locked the stored form of the entity as it was, maybe with columns that are {@code removed}
     * @param now the same as it is now
     * @param changes is given each difference
     * @param skeleton is given what could be done
     */
    static void compare(Map<?, ?> locked, Map<?, ?> now, List<SchemaChange> changes, Skeleton skeleton) {
        EntityPair pair = new EntityPair(locked, now, changes);
        SchemaComparison comparison = new SchemaComparison(pair, skeleton);
        comparison.compareNames();
        new ColumnComparison(pair, skeleton).compare();
        comparison.compareClasses();
        comparison.compareKey();
        comparison.compareVersion();
        comparison.compareIndexes();
    }

    /** What is left of an entity that no class is given for any more. */
    static void compareToNothing(Map<?, ?> locked, List<SchemaChange> changes, Skeleton skeleton) {
        String table = EntityPair.schema(locked).name();
        changes.add(new SchemaChange(
                EntityPair.simpleName(locked),
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

    private void compareNames() {
        if (!pair.before().name().equals(pair.table())) {
            pair.change(
                    "",
                    "table '" + pair.before().name() + "'",
                    "table '" + pair.table() + "'",
                    "rows stay in the former table and are not found",
                    "Keep the table with @Table(\"" + pair.before().name() + "\")");
            skeleton.todo(
                    "Rows of " + pair.name() + " are in table '" + pair.before().name() + "' and are looked for in '"
                            + pair.table() + "', and a table cannot be renamed. Copy them, in code or SQL.");
        }
        if (!Objects.equals(pair.locked().get("class"), pair.now().get("class"))) {
            pair.compatible(
                    "",
                    "class " + pair.locked().get("class"),
                    "class " + pair.now().get("class"),
                    "no row has its name");
        }
    }

    private void compareClasses() {
        boolean wasSealed = pair.locked().get("classes") != null;
        boolean isSealed = pair.now().get("classes") != null;
        if (wasSealed != isSealed
                || !Objects.equals(pair.locked().get("kind"), pair.now().get("kind"))) {
            pair.change(
                    "",
                    wasSealed
                            ? "a sealed type, with its classes in '"
                                    + pair.locked().get("kind") + "'"
                            : "one class",
                    isSealed
                            ? "a sealed type, with its classes in '"
                                    + pair.now().get("kind") + "'"
                            : "one class",
                    "rows do not say of which class they are, or say it where nobody looks",
                    "Leave it as it was");
            skeleton.todo("Rows of '" + pair.table() + "' have to say of which class they are as " + pair.name()
                    + " needs it: change the table in code or SQL.");
        } else if (wasSealed && isSealed) {
            compareClasses((Map<?, ?>) Objects.requireNonNull(pair.locked().get("classes")), (Map<?, ?>)
                    Objects.requireNonNull(pair.now().get("classes")));
        }
    }

    private void compareClasses(Map<?, ?> was, Map<?, ?> is) {
        was.forEach((name, columns) -> {
            Object same = is.get(name);
            if (same == null) {
                pair.add(FormComparison.lostClass("", (String) name));
                skeleton.replace(
                        "Class " + name + " is gone: of which class are its rows in '" + pair.table()
                                + "' now? Write it below, and remove this line; or delete them in code.",
                        Change.replaceValue(
                                pair.table(),
                                String.valueOf(pair.now().get("kind")),
                                name,
                                is.keySet().iterator().next()));
            } else {
                compareClass((String) name, new Members(Objects.requireNonNull(columns)), new Members(same));
            }
        });
        is.keySet().stream()
                .filter(name -> !was.containsKey(name))
                .forEach(name -> pair.compatible("(" + name + ")", "", "class " + name, "no row is of it yet"));
    }

    /** What a class has gained or lost that others have, so that the columns of all are the same. */
    private void compareClass(String name, Members was, Members is) {
        for (String column : is.names()) {
            boolean gained = is.formerName(column, was) == null && pair.formerName(column) != null;
            if (gained && FormComparison.isPrimitive(is.form(column))) {
                pair.change(
                        "(" + name + ")." + column,
                        "",
                        String.valueOf(is.form(column)),
                        "rows of the class from before have no value for it, which reads as zero",
                        "Make it one that can be null, or give it a value in rows of the class by a migration");
                skeleton.todo("Rows of class " + name + " in '" + pair.table() + "' have no '" + column
                        + "': give them one, in code or SQL.");
            }
        }
        for (String column : was.names()) {
            if (is.heirOf(column, was) == null && !pair.isGone(column)) {
                pair.change(
                        "(" + name + ")." + column,
                        FormComparison.describe(was.form(column)),
                        "",
                        "rows of the class lose it when they are saved, as other classes have it still",
                        "Keep it, or accept that it goes");
            }
        }
    }

    private void compareKey() {
        List<String> was = pair.before().primaryKey();
        List<String> is =
                pair.after().primaryKey().stream().map(pair::nameBefore).toList();
        if (!was.equals(is)) {
            pair.change(
                    "",
                    "key " + was,
                    "key " + pair.after().primaryKey(),
                    "a table that is there has another key and is refused",
                    "Keep the key");
            skeleton.todo(
                    "The key of '" + pair.table() + "' is " + was + " and is to be "
                            + pair.after().primaryKey()
                            + ", and the key of a table cannot be changed: make another table and copy the rows, in code or SQL.");
        }
        if (pair.after().generatedKey() && !pair.before().generatedKey()) {
            pair.change(
                    "",
                    "ids of its own",
                    "ids that the store generates",
                    "a table that is there generates none: what is saved without an id is refused",
                    "Leave it as it was");
            skeleton.todo(
                    "Table '" + pair.table() + "' generates no keys, and cannot be made to: make another table and copy"
                            + " the rows, in code or SQL.");
        } else if (pair.before().generatedKey() && !pair.after().generatedKey()) {
            pair.compatible("", "ids that the store generates", "ids of its own", "ids that there are stay");
        }
    }

    private void compareVersion() {
        String version = pair.after().versionColumn().map(pair::nameBefore).orElse(null);
        if (!Objects.equals(pair.before().versionColumn().orElse(null), version)) {
            pair.change(
                    "",
                    "version " + pair.before().versionColumn().orElse("none"),
                    "version " + pair.after().versionColumn().orElse("none"),
                    version == null || pair.before().versionColumn().isPresent()
                            ? "a table that is there counts its writes in the former one and is refused"
                            : "a table that is there does not count its writes: lost updates would go unnoticed",
                    "Leave it as it was");
            skeleton.todo("Table '" + pair.table() + "' counts its writes in "
                    + pair.before().versionColumn().orElse("no column") + ", not in "
                    + pair.after().versionColumn().orElse("no column")
                    + ", and cannot be made to: make another table and copy the rows, in code or SQL.");
        }
    }

    private void compareIndexes() {
        for (Index index : pair.after().indexes()) {
            if (!has(pair.before().indexes(), formerColumns(index), index.unique())) {
                compareNewIndex(index);
            }
        }
        for (Index index : pair.before().indexes()) {
            boolean kept = pair.after().indexes().stream()
                    .anyMatch(other -> other.unique() == index.unique()
                            && formerColumns(other).equals(index.columns()));
            if (!kept) {
                compareRemovedIndex(index);
            }
        }
    }

    private List<String> formerColumns(Index index) {
        return index.columns().stream().map(pair::nameBefore).toList();
    }

    private static boolean has(List<Index> indexes, List<String> columns, boolean unique) {
        return indexes.stream()
                .anyMatch(index -> index.unique() == unique && index.columns().equals(columns));
    }

    private void compareNewIndex(Index index) {
        boolean allNull = index.columns().stream()
                .anyMatch(column -> pair.isNew(column)
                        && pair.after().column(column).defaultValue() == null
                        && !pair.isRequired(column));
        if (!index.unique()) {
            pair.compatible("", "", "index on " + index.columns(), "it is made when the table is opened");
        } else if (allNull) {
            pair.compatible(
                    "", "", "unique index on " + index.columns(), "rows from before have null there, which is exempt");
        } else {
            pair.change(
                    "",
                    "",
                    "unique index on " + index.columns(),
                    "rows that have the same values there do not let it be made, and the table is refused",
                    "Look whether there are such rows, and make the index by a migration");
            skeleton.createIndex(index.name(), Change.createIndex(pair.table(), index));
        }
    }

    private void compareRemovedIndex(Index index) {
        boolean alwaysNull = index.columns().stream().anyMatch(pair::isGone);
        String description = (index.unique() ? "unique index on " : "index on ") + index.columns();
        if (!index.unique() || alwaysNull) {
            pair.compatible("", description, "", "tables keep it, and it refuses nothing");
        } else {
            pair.change(
                    "",
                    description,
                    "",
                    "tables keep it, and refuse what has the same values there",
                    "Drop it by a migration");
            skeleton.dropIndex(index.name(), Change.dropIndex(pair.table(), index.name()));
        }
    }
}
