package io.taskmover.storage.testkit;

import io.taskmover.storage.query.Evaluation;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Blob;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Json;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The answers to a query as lines of JSON, so that they can be compared byte for byte. */
public final class Answers {
    private Answers() {}

    /** One line of JSON for each row, in order. */
    public static String lines(List<Row> rows) {
        StringBuilder lines = new StringBuilder();
        for (Row row : rows) {
            lines.append(line(row)).append('\n');
        }
        return lines.toString();
    }

    private static String line(Row row) {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (int i = 0; i < row.type().size(); i++) {
            values.put(row.type().column(i).name(), shown(row.type().column(i).type(), row.get(i)));
        }
        return Json.text(Json.canonical(values));
    }

    /** Values that JSON lacks as text; doubles too, whose spelling shows every bit. */
    private static @Nullable Object shown(DataType type, @Nullable Object value) {
        return switch (type) {
            case TEXT, INTEGER, DECIMAL, BOOLEAN, JSON -> value;
            case BLOB -> value == null ? null : HexFormat.of().formatHex(((Blob) value).toBytes());
            default -> value == null ? null : value.toString();
        };
    }

    /** What the reference answers: the selection evaluated over a list of all rows of the table. */
    public static List<Row> reference(TableSchema schema, List<Row> rows, Select unbound) {
        Select select = unbound.bind(schema);
        RowType type = schema.rowType();
        Stream<Row> selected = rows.stream().filter(Evaluation.predicate(select.condition(), type));
        if (!select.sorts().isEmpty()) {
            selected = selected.sorted(Evaluation.comparator(select.sorts(), type));
        }
        selected = selected.skip(select.offset());
        if (select.limit() != null) {
            selected = selected.limit(select.limit());
        }
        if (!select.projection().isEmpty()) {
            selected = selected.map(Evaluation.projection(select.projection(), type));
        }
        return new ArrayList<>(selected.toList());
    }

    /** The lines in the order given if the selection asks for one, else sorted. */
    public static String comparable(Select select, List<Row> rows) {
        boolean ordered = !select.sorts().isEmpty() || select.limit() != null || select.offset() > 0;
        String lines = lines(rows);
        return ordered ? lines : String.join("\n", lines.lines().sorted().toList()) + "\n";
    }
}
