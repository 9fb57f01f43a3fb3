package io.taskmover.storage.file;

import io.taskmover.storage.schema.CompositeKey;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowJson;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** Reads the key in the JSON of a row, whatever else is in it. Immutable and thread-safe. */
final class LineKeys {
    private final TableSchema schema;
    private final RowJson json;

    LineKeys(TableSchema schema) {
        this.schema = schema;
        List<String> key = schema.primaryKey();
        this.json = RowJson.of(RowType.of(schema.columns().stream()
                .filter(column -> key.contains(column.name()))
                .toList()));
    }

    /** The key of a row; null if it has none, or is no row. */
    @Nullable
    Object read(byte[] line) {
        try {
            Row row = json.read(line, (name, value) -> {});
            List<Object> parts = new ArrayList<>();
            for (String column : schema.primaryKey()) {
                Object part = row.get(column);
                if (part == null) {
                    return null;
                }
                parts.add(part);
            }
            return parts.size() == 1 ? parts.get(0) : new CompositeKey(parts);
        } catch (IllegalArgumentException e) {
            return null;
        }
    }

    /** The key that a line begins with of which {@link #read} knows none; null if that cannot be told. */
    @Nullable
    Object stated(byte[] line) {
        if (schema.primaryKey().size() != 1) {
            return null;
        }
        try (JsonParser parser = RowJson.parser(line)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                return null;
            }
            for (String name = parser.nextName(); name != null; name = parser.nextName()) {
                JsonToken value = parser.nextToken();
                if (name.equals(schema.primaryKey().get(0))) {
                    boolean number = value == JsonToken.VALUE_NUMBER_INT;
                    return value == JsonToken.VALUE_STRING || number
                            ? schema.coerceKey(number ? (Object) parser.getLongValue() : parser.getString())
                            : null;
                }
                parser.skipChildren();
            }
            return null;
        } catch (JacksonException | IllegalArgumentException e) {
            return null;
        }
    }
}
