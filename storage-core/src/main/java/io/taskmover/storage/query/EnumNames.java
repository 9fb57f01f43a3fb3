package io.taskmover.storage.query;

import io.taskmover.storage.schema.Check;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.RowType;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * JDQL's enum literals: {@code status = DONE} and {@code status = Status.DONE}. The grammar spells them as paths, so
 * what is no column is taken for a constant where the schema allows it: the operand is text, and the name is one of
 * the column's {@link Check.OneOf} values or, for a column without such a check, spelled as Java spells constants.
 */
final class EnumNames {
    private static final Pattern CONSTANT = Pattern.compile("[A-Z][A-Z0-9_]*");

    private EnumNames() {}

    /** The constant's name, or null if {@code name} is none. */
    static @Nullable String constant(Expression operand, Path name, RowType columns) {
        if (!(operand instanceof Path path) || !holdsText(path, columns)) {
            return null;
        }
        String constant = name.segments().get(name.segments().size() - 1);
        List<String> constants = constants(path, columns);
        boolean isConstant = constants == null ? CONSTANT.matcher(constant).matches() : constants.contains(constant);
        return isConstant ? constant : null;
    }

    /** What to tell whoever compared {@code operand} with a name that is no field and no constant; may be empty. */
    static String hint(Expression operand, Path name, RowType columns) {
        if (!(operand instanceof Path path) || !holdsText(path, columns)) {
            return "";
        }
        List<String> constants = constants(path, columns);
        return constants == null
                ? "; a text stands in single quotes: '" + name + "'"
                : " and '" + path + "' no such constant, only " + constants;
    }

    /** The names that the column's check lists, or null if it has none. */
    private static @Nullable List<String> constants(Path path, RowType columns) {
        for (Check check : columns.column(columns.indexOf(path.column())).checks()) {
            if (check instanceof Check.OneOf oneOf) {
                return oneOf.values();
            }
        }
        return null;
    }

    private static boolean holdsText(Path path, RowType columns) {
        DataType type = Types.of(path, columns);
        return type == DataType.TEXT || (type == DataType.JSON && path.isNested());
    }
}
