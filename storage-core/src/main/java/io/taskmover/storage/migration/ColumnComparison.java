package io.taskmover.storage.migration;

import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.SchemaJson;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Finds what of an entity's columns is not as it was. Used once. */
final class ColumnComparison {
    private final EntityPair pair;
    private final Skeleton skeleton;

    ColumnComparison(EntityPair pair, Skeleton skeleton) {
        this.pair = pair;
        this.skeleton = skeleton;
    }

    void compare() {
        for (String column : pair.current().names()) {
            String former = pair.formerName(column);
            String candidate = pair.maybeRenamedFrom(column);
            if (former != null) {
                compareColumn(former, column);
            } else if (candidate != null) {
                tellRenamed(candidate, column);
            } else {
                compareNewColumn(column);
            }
        }
        pair.old().names().stream().filter(pair::isGone).forEach(this::compareRemovedColumn);
    }

    private void tellRenamed(String former, String column) {
        pair.change(
                column,
                former + ", " + pair.describeBefore(former),
                column + ", " + pair.describeAfter(column),
                "if it was renamed, rows from before have it under '" + former + "' and read as if they had none",
                "If it was renamed, give it @Alias(\"" + former
                        + "\"), or rename the column by a migration; if these are two" + " properties, accept it");
        skeleton.rename(
                "Was '" + former + "' of " + pair.name() + " renamed to '" + column
                        + "'? Then remove this line. If not, remove the renaming too"
                        + (pair.isRequired(column)
                                ? ", and add the column with the value that rows from before get"
                                : "")
                        + ".",
                Change.renameColumn(pair.table(), former, column));
    }

    private void compareColumn(String former, String column) {
        if (!former.equals(column)) {
            pair.compatible(column, former, column, "is found under its former name by its alias");
        }
        List<FormComparison.Difference> differences = new ArrayList<>(FormComparison.of(
                column, pair.old().form(former), pair.current().form(column), pair.isJson(column)));
        Set<String> lost = pair.old().lostNames(former, pair.current(), column);
        if (!lost.isEmpty()) {
            differences.add(FormComparison.lostAliases(column, lost));
        }
        Column was = pair.before().column(former);
        Column is = pair.after().column(column);
        boolean fits = true;
        for (FormComparison.Difference difference : differences) {
            pair.add(was.type() != is.type() && difference.compatible() ? widened(difference, was.type()) : difference);
            fits &= difference.compatible();
        }
        boolean madeRequired = is.notNull() && !was.notNull();
        boolean madeOptional = was.notNull() && !is.notNull();
        boolean checksDiffer = !was.checks().equals(is.checks());
        if (madeRequired) {
            pair.change(
                    column,
                    "may be null",
                    "is required",
                    "rows that have no value there break that, and a primitive reads as zero",
                    "Leave it as it was, or give a value to rows that have none by a migration");
        }
        if (madeOptional) {
            pair.change(
                    column,
                    "is required",
                    "may be null",
                    "the column of tables that are there refuses null, and so rows without a value",
                    "Leave it as it was, or change the column by a migration");
        }
        if (checksDiffer) {
            pair.change(
                    column,
                    "has the checks " + was.checks(),
                    "has the checks " + is.checks(),
                    "tables that are there go on with the former checks",
                    "Change the column by a migration");
        }
        if (!Objects.equals(was.defaultValue(), is.defaultValue())) {
            pair.compatible(
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
        String place = pair.table() + "." + column;
        Column was = pair.before().column(former);
        Column is = pair.after().column(column);
        if (!former.equals(column)) {
            skeleton.todo("Tables may have '" + place + "' under the name '" + former
                    + "' still: rename it in those, or leave the migration to each of them.");
        }
        boolean retyped = was.type() != is.type();
        for (FormComparison.Difference difference : differences) {
            if (difference.compatible()) {
                continue;
            }
            if (!difference.gone().isEmpty() && difference.path().equals(column) && !pair.isJson(column)) {
                String first = firstConstant(pair.current().form(column));
                difference
                        .gone()
                        .forEach(gone -> skeleton.replace(
                                "Which constant do rows get that have " + gone + " in '" + place
                                        + "'? Write it below, and remove this line.",
                                Change.replaceValue(pair.table(), column, gone, first)));
            } else if (!retyped || pair.isJson(column) || !isConvertible(was.type(), is.type())) {
                skeleton.todo("'" + pair.table() + "." + difference.path() + "': " + difference.effect()
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
            skeleton.replace(Change.replaceValue(pair.table(), column, null, defaultJson(is)));
        } else {
            skeleton.replace(
                    "Which value do rows get that have none in '" + pair.table() + "." + column
                            + "'? Write it below, and remove this line.",
                    Change.replaceValue(
                            pair.table(),
                            column,
                            null,
                            placeholder(is.type(), pair.current().form(column))));
        }
    }

    private static @Nullable Object defaultJson(Column column) {
        return ((Map<?, ?>) SchemaJson.canonical(column)).get("default");
    }

    /** Puts a column in the place of one, which nothing must use meanwhile. */
    private void redefine(String former, String column, Column is) {
        boolean used = pair.before().primaryKey().contains(former)
                || pair.after().primaryKey().contains(column)
                || pair.before().versionColumn().filter(former::equals).isPresent();
        if (used) {
            skeleton.todo(
                    "'" + pair.table() + "." + column + "' is the key or the version, and so cannot be changed in its"
                            + " place: make another table and copy the rows, in code or SQL.");
            return;
        }
        for (Index index : pair.before().indexes()) {
            if (index.columns().contains(former)) {
                skeleton.dropIndex(index.name(), Change.dropIndex(pair.table(), index.name()));
            }
        }
        for (Index index : pair.after().indexes()) {
            if (index.columns().contains(column)) {
                skeleton.createIndex(index.name(), Change.createIndex(pair.table(), index));
            }
        }
        Change change = Change.changeType(pair.table(), is);
        boolean loses = pair.before().column(former).type() == DataType.DECIMAL && is.type() == DataType.REAL;
        if (loses) {
            skeleton.retype(
                    "Digits of '" + pair.table() + "." + column
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
        Column is = pair.after().column(column);
        boolean required = pair.isRequired(column);
        String description = pair.describeAfter(column);
        Object removed = pair.removedForm(column);
        if (removed != null) {
            for (FormComparison.Difference difference :
                    FormComparison.of(column, removed, pair.current().form(column), pair.isJson(column))) {
                if (!difference.compatible()) {
                    pair.add(difference);
                    skeleton.todo("Tables that are older have a column '" + pair.table() + "." + column
                            + "' of another form, " + difference.before()
                            + ", which was removed from the class: drop or change it in those.");
                }
            }
        }
        if (!required) {
            pair.compatible(
                    column,
                    "",
                    description,
                    is.defaultValue() == null
                            ? "it is null in rows from before"
                            : "rows from before have its default, " + is.defaultValue());
            return;
        }
        pair.change(
                column,
                "",
                description,
                "rows from before have no value for it, and a primitive reads as zero, which nobody wrote",
                "Let it be null, or give it a default, or add the column with a value by a migration");
        if (pair.after().primaryKey().contains(column)) {
            return; // which is another key, and told as that
        }
        Object value = placeholder(is.type(), pair.current().form(column));
        skeleton.add(
                "Which value do rows from before get in '" + pair.table() + "." + column
                        + "'? Write it below as the default, and remove this line.",
                Change.addColumn(
                        pair.table(),
                        SchemaJson.columnOf(Map.of(
                                "name", column, "type", is.type().name(), "notNull", is.notNull(), "default", value))));
    }

    private void compareRemovedColumn(String column) {
        Column was = pair.before().column(column);
        String description = pair.describeBefore(column);
        boolean missed = was.notNull() && was.defaultValue() == null;
        if (pair.before().primaryKey().contains(column)) {
            return; // which is another key, and told as that
        }
        if (!missed) {
            pair.compatible(column, description, "", "tables keep the column, and rows the values that they have");
            return;
        }
        pair.change(
                column,
                description,
                "",
                "tables keep the column, which refuses rows without a value: nothing can be inserted any more",
                "If it has another name now, give that @Alias(\"" + column
                        + "\"); else let the column be null by a migration, or drop it");
        redefine(column, column, new Column(column, was.type(), false, null, was.checks()));
        for (Index index : pair.before().indexes()) {
            if (index.columns().contains(column)) {
                skeleton.createIndex(index.name(), Change.createIndex(pair.table(), index));
            }
        }
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
}
