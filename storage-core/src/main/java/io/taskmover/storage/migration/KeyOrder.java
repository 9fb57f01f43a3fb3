package io.taskmover.storage.migration;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Condition.Operator;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.Blob;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The rows of a table in the order of its key, some at a time. */
final class KeyOrder {
    private KeyOrder() {}

    /**
     * The rows that come next.
     *
     * @param after the {@link #position} of the last row that was read; null to begin
     */
    static List<Row> read(BackendTransaction transaction, TableSchema table, @Nullable List<String> after, long most) {
        Select select = Select.from(table.name())
                .orderBy(table.primaryKey().stream()
                        .map(column -> new Sort(Path.of(column), false))
                        .toList())
                .limit(most);
        List<Row> rows = new ArrayList<>();
        try (RowCursor cursor = transaction.select(after == null ? select : select.where(beyond(table, after)))) {
            cursor.forEachRemaining(rows::add);
        }
        return rows;
    }

    /** The place of a row in the order, as texts that can be kept. */
    static List<String> position(TableSchema table, Row row) {
        return table.primaryKey().stream()
                .map(column -> text(Objects.requireNonNull(row.get(column))))
                .toList();
    }

    /** Beyond by the first column; or equal in that and beyond by the second; and so on. */
    private static Condition beyond(TableSchema table, List<String> position) {
        List<Condition> alternatives = new ArrayList<>();
        Condition equal = Condition.all();
        Condition bound = Condition.all();
        for (int i = 0; i < position.size(); i++) {
            String column = table.primaryKey().get(i);
            Path path = Path.of(column);
            Object value = value(table.column(column).type(), position.get(i));
            if (i == 0) {
                // the alternatives imply it, but databases do not see that
                bound = Condition.compare(path, Operator.GE, value);
            }
            alternatives.add(equal.and(Condition.compare(path, Operator.GT, value)));
            equal = equal.and(Condition.compare(path, Operator.EQ, value));
        }
        return alternatives.size() == 1 ? alternatives.get(0) : bound.and(new Condition.Or(alternatives));
    }

    private static String text(Object part) {
        return part instanceof Blob blob ? Base64.getEncoder().encodeToString(blob.toBytes()) : part.toString();
    }

    private static Object value(DataType type, String text) {
        return type == DataType.BLOB ? Blob.of(Base64.getDecoder().decode(text)) : type.coerce(text);
    }
}
