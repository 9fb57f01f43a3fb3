package io.taskmover.storage;

import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.Blob;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Json;
import io.taskmover.storage.schema.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A row's place in an order as a token: the order, then the row's values of its keys, as JSON in URL-safe Base64. The
 * order is part of it so that a cursor of one query is refused by another.
 */
final class Cursor {
    private Cursor() {}

    static String encode(TableSchema schema, List<Sort> order, @Nullable Object[] values) {
        List<@Nullable Object> parts = new ArrayList<>();
        parts.add(describe(order));
        for (int i = 0; i < values.length; i++) {
            parts.add(text(type(schema, order.get(i)), values[i]));
        }
        return Base64.getUrlEncoder()
                .withoutPadding()
                .encodeToString(Json.text(parts).getBytes(StandardCharsets.UTF_8));
    }

    /** @throws IllegalArgumentException if the token is not a cursor of this order */
    static @Nullable Object[] decode(String token, TableSchema schema, List<Sort> order) {
        List<?> parts = parse(token);
        if (parts.size() != order.size() + 1 || !describe(order).equals(parts.get(0))) {
            throw new IllegalArgumentException(
                    "The cursor is of another query: it must be used with the order " + order + " that it came from");
        }
        @Nullable Object[] values = new @Nullable Object[order.size()];
        for (int i = 0; i < values.length; i++) {
            Object part = parts.get(i + 1);
            values[i] = part == null ? null : value(type(schema, order.get(i)), (String) part);
        }
        return values;
    }

    private static List<?> parse(String token) {
        try {
            String json = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
            if (Json.parse(json) instanceof List<?> list
                    && list.stream().allMatch(part -> part == null || part instanceof String)) {
                return list;
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("Not a cursor: '" + token + "'", e);
        }
        throw new IllegalArgumentException("Not a cursor: '" + token + "'");
    }

    private static String describe(List<Sort> order) {
        return order.toString();
    }

    private static DataType type(TableSchema schema, Sort sort) {
        return schema.column(sort.path().column()).type();
    }

    private static @Nullable String text(DataType type, @Nullable Object value) {
        if (value == null) {
            return null;
        }
        return type == DataType.BLOB ? Base64.getEncoder().encodeToString(((Blob) value).toBytes()) : value.toString();
    }

    private static Object value(DataType type, String text) {
        return type == DataType.BLOB ? Blob.of(Base64.getDecoder().decode(text)) : type.coerce(text);
    }
}
