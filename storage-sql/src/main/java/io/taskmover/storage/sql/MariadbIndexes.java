package io.taskmover.storage.sql;

import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Index;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The indexes of a table that this library made in MariaDB or MySQL. One over values without bounds has their beginnings
 * only. If it is unique, a hidden column beside it holds a hash of the whole values, and a unique index has that.
 */
final class MariadbIndexes {
    /** So much of a value tells most of them apart. */
    private static final int PREFIX_BYTES = 1020;

    private MariadbIndexes() {}

    /** An index, and what belongs to it, as the definition of a new table lists it. */
    static List<String> definitions(StoredTable table, Index index) {
        Dialect dialect = table.dialect();
        String name = dialect.quote(table.names().index(index.name()));
        boolean hashed = isHashed(table, index);
        List<String> definitions = new ArrayList<>();
        definitions.add(
                (index.unique() && !hashed ? "unique index " : "index ") + name + " (" + parts(table, index) + ")");
        if (hashed) {
            String hidden = dialect.quote(hidden(table, index));
            definitions.add(hidden + " binary(32) generated always as (" + hash(table, index) + ") stored");
            definitions.add("unique index " + hidden + " (" + hidden + ")");
        }
        return definitions;
    }

    /** The statement that makes an index. */
    static String create(StoredTable table, Index index) {
        List<String> changes = new ArrayList<>();
        for (String definition : definitions(table, index)) {
            changes.add((definition.contains(" generated always as ") ? "add column " : "add ") + definition);
        }
        return "alter table " + table.quotedName() + " " + String.join(", ", changes);
    }

    /** The statement that removes an index. */
    static String drop(StoredTable table, Index index) {
        Dialect dialect = table.dialect();
        return "alter table " + table.quotedName() + " drop index "
                + dialect.quote(table.names().index(index.name()))
                + (table.own() && isHashed(table, index)
                        ? ", drop index " + dialect.quote(hidden(table, index)) + ", drop column "
                                + dialect.quote(hidden(table, index))
                        : "");
    }

    /** The name of the column, and of its index, that a hashed unique index has beside it. */
    private static String hidden(StoredTable table, Index index) {
        return MariadbNames.HIDDEN + table.names().index(index.name());
    }

    /** The unique index that has a name in the database, as the server tells it with a duplicate; null if none has. */
    static @Nullable Index unique(StoredTable table, String message) {
        for (Index index : table.schema().indexes()) {
            String name = table.names().index(index.name());
            if (index.unique() && (names(table, message, name) || names(table, message, MariadbNames.HIDDEN + name))) {
                return index;
            }
        }
        return null;
    }

    /** MySQL puts the table before the index. */
    private static boolean names(StoredTable table, String message, String index) {
        return message.endsWith("for key '" + index + "'")
                || message.endsWith("for key '" + table.names().table() + "." + index + "'");
    }

    private static boolean isHashed(StoredTable table, Index index) {
        if (!index.unique()) {
            return false;
        }
        int bytes = 0;
        for (String column : index.columns()) {
            int width = width(table, table.position(column));
            if (width == 0) {
                return true;
            }
            bytes += width;
        }
        return bytes > MariadbKeyCodec.MAX_INDEX_BYTES;
    }

    /** The bytes of a column's values in an index; 0 if there is no bound to them. */
    private static int width(StoredTable table, int position) {
        return table.value(position).codec() instanceof MariadbKeyCodec key
                ? key.indexBytes()
                : MariadbKeyCodec.width(table.rowType().column(position).type());
    }

    private static String parts(StoredTable table, Index index) {
        int left = MariadbKeyCodec.MAX_INDEX_BYTES;
        int unbounded = 0;
        for (String column : index.columns()) {
            DataType type = table.rowType().column(table.position(column)).type();
            left -= MariadbKeyCodec.width(type);
            unbounded += MariadbKeyCodec.isBounded(type) ? 0 : 1;
        }
        int each = unbounded == 0 ? 0 : Math.min(PREFIX_BYTES, left / unbounded);
        List<String> parts = new ArrayList<>();
        for (String column : index.columns()) {
            int position = table.position(column);
            DataType type = table.rowType().column(position).type();
            String name = table.dialect().quote(compared(table, position).name());
            int width = width(table, position);
            boolean whole = width > 0 && (MariadbKeyCodec.isBounded(type) || width <= each);
            boolean bytes = table.value(position).codec() instanceof MariadbKeyCodec key && !key.characters();
            int prefix = type == DataType.TEXT && !bytes ? each / MariadbKeyCodec.BYTES_PER_CHARACTER : each;
            parts.add(whole ? name : name + "(" + prefix + ")");
        }
        return String.join(", ", parts);
    }

    /** A hash of the values and their lengths, so that no two lists of values are the same text; null if one is null. */
    private static String hash(StoredTable table, Index index) {
        List<String> parts = new ArrayList<>();
        for (String column : index.columns()) {
            int position = table.position(column);
            String name = table.dialect().quote(compared(table, position).name());
            // zero and minus zero are equal
            String value = table.rowType().column(position).type() == DataType.REAL ? "(" + name + " + 0e0)" : name;
            parts.add("octet_length(" + value + "), ':', " + value);
        }
        return "unhex(sha2(concat(" + String.join(", ", parts) + "), 256))";
    }

    private static PhysicalColumn compared(StoredTable table, int position) {
        PhysicalColumn compared = table.compared(position);
        return compared == null ? table.value(position) : compared;
    }
}
