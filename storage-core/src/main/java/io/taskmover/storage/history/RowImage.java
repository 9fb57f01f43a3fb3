package io.taskmover.storage.history;

import io.taskmover.storage.schema.Blob;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Json;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowJson;
import io.taskmover.storage.schema.RowType;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Rows of one type as canonical JSON values, in which every database keeps them as they are. The forms are those of
 * {@link RowJson}, but that a DECIMAL is a string: databases that store JSON may drop the scale of a number.
 *
 * <p>A row with a value that nests so deep that it cannot be a part of another one is a string, its line by {@link RowJson}.
 */
final class RowImage {
    private final RowType type;
    /** The columns' positions in the order of their names: that of members in canonical JSON. */
    private final int[] order;

    private final RowJson lines;

    RowImage(RowType type) {
        this.type = type;
        this.order = IntStream.range(0, type.size())
                .boxed()
                .sorted(Comparator.comparing(i -> type.column(i).name(), DataType.TEXT::compare))
                .mapToInt(Integer::intValue)
                .toArray();
        this.lines = RowJson.of(type);
    }

    Object encode(Row row) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>(order.length * 2);
        for (int position : order) {
            Column column = type.column(position);
            Object value = row.get(position);
            if (column.type() == DataType.JSON && depth(value) >= Json.MAX_DEPTH) {
                return lines.line(row);
            }
            if (value != null) {
                members.put(column.name(), encode(column.type(), value));
            } else if (column.defaultValue() != null) {
                members.put(column.name(), null); // a member that is missing stands for the default
            }
        }
        return Collections.unmodifiableMap(members);
    }

    /** How many objects and arrays are inside of each other. */
    private static int depth(@Nullable Object json) {
        Iterable<?> inside =
                json instanceof Map<?, ?> map ? map.values() : json instanceof List<?> list ? list : List.of();
        int deepest = json instanceof Map<?, ?> || json instanceof List<?> ? 0 : -1;
        for (Object value : inside) {
            deepest = Math.max(deepest, depth(value));
        }
        return deepest + 1;
    }

    private static Object encode(DataType type, Object value) {
        return switch (type) {
            case TEXT, INTEGER, BOOLEAN, JSON -> value;
            case REAL -> Json.canonicalNumber((Double) value);
            case DECIMAL, TIMESTAMP, DATE, TIME, UUID -> type.text(value);
            case BLOB -> Base64.getEncoder().encodeToString(((Blob) value).toBytes());
        };
    }

    /**
     * The row that an image shows, in the columns that there are now: those that it lacks have their defaults, and what it
     * has of others is left out.
     *
     * @throws IllegalArgumentException if a value is not of its column's type, nor of a narrower one
     */
    Row decode(Object image) {
        return decode(image, Map.of());
    }

    /** @param former other names of columns, the first that the image has counts where it has not the own one */
    Row decode(Object image, Map<String, List<String>> former) {
        if (image instanceof String line) {
            return lines.read(line.getBytes(StandardCharsets.UTF_8), (name, value) -> {});
        }
        if (!(image instanceof Map<?, ?> members)) {
            throw new IllegalArgumentException("an object is expected, not " + Json.text(image));
        }
        @Nullable Object[] values = new @Nullable Object[type.size()];
        for (int i = 0; i < values.length; i++) {
            Column column = type.column(i);
            String name = nameIn(members, column.name(), former);
            Object value = members.get(name);
            if (value != null) {
                values[i] = decode(column, value);
            } else if (!members.containsKey(name)) {
                values[i] = column.defaultValue();
            }
        }
        return Row.adopt(type, values);
    }

    private static String nameIn(Map<?, ?> members, String column, Map<String, List<String>> former) {
        List<String> others = former.get(column);
        if (others != null && !members.containsKey(column)) {
            for (String other : others) {
                if (members.containsKey(other)) {
                    return other;
                }
            }
        }
        return column;
    }

    /** Whether an image shows a row: what {@link #decode} makes of it is equal to that, found out without making it. */
    boolean shows(Object image, Row row) {
        if (!(image instanceof Map<?, ?> members)) {
            try {
                return decode(image).equals(row);
            } catch (IllegalArgumentException e) {
                return false; // a column is of another type by now
            }
        }
        for (int i = 0; i < type.size(); i++) {
            Column column = type.column(i);
            Object value = row.get(i);
            Object member = members.get(column.name());
            if (member == null && !members.containsKey(column.name())) {
                member = column.defaultValue() == null ? null : encode(column.type(), column.defaultValue());
            }
            boolean same = value == null ? member == null : isForm(column.type(), value, member);
            if (!same) {
                return false;
            }
        }
        return true;
    }

    private static boolean isForm(DataType type, Object value, @Nullable Object member) {
        if (type == DataType.REAL) {
            return member instanceof Number number && value.equals(number.doubleValue());
        }
        // a number under a DECIMAL is from when the column was of a narrower type
        if (type == DataType.DECIMAL && member instanceof Number) {
            return ((BigDecimal) value).compareTo((BigDecimal) type.coerce(member)) == 0;
        }
        return encode(type, value).equals(member);
    }

    private static Object decode(Column column, Object value) {
        try {
            return switch (column.type()) {
                case TEXT, INTEGER, BOOLEAN -> column.type().javaType().cast(value);
                case JSON -> value;
                // the nearest double is the one whose digits these are
                case REAL -> ((Number) value).doubleValue();
                case DECIMAL -> column.type().coerce(value instanceof Number ? value : (String) value);
                case TIMESTAMP, DATE, TIME, UUID -> column.type().coerce((String) value);
                case BLOB -> Blob.of(Base64.getDecoder().decode((String) value));
            };
        } catch (ClassCastException | IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "the column '" + column.name() + "' is " + column.type() + " now, and its value then was "
                            + Json.text(value),
                    e);
        }
    }
}
