package io.taskmover.storage.schema;

import io.taskmover.storage.error.SchemaException;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * Table schemas as JSON objects, read by people and by later versions of this library:
 *
 * <pre>{@code
 * {"table": "users",
 *  "columns": [{"name": "id", "type": "TEXT", "notNull": true},
 *              {"name": "age", "type": "INTEGER", "default": 0, "checks": [{"range": {"min": 0, "max": 150}}]}],
 *  "primaryKey": ["id"], "generatedKey": false, "version": "v",
 *  "indexes": [{"name": "ix_users_age", "columns": ["age"], "unique": false}]}
 * }</pre>
 *
 * Members that say nothing are left out: {@code notNull} and {@code generatedKey} when false, {@code version},
 * {@code default}, {@code checks} and {@code indexes} when there is none. The checks are {@code length} (min, max),
 * {@code range} (min, max, either may be missing), {@code matches} and {@code oneOf}.
 */
public final class SchemaJson {
    private SchemaJson() {}

    /** The schema in one line. */
    public static String line(TableSchema schema) {
        StringWriter out = new StringWriter();
        try (JsonGenerator generator = RowJson.generator(out)) {
            write(generator, schema);
        }
        return out.toString();
    }

    /** A column as a canonical JSON value, in the form that it has in a schema. */
    public static Object canonical(Column column) {
        StringWriter out = new StringWriter();
        try (JsonGenerator generator = RowJson.generator(out)) {
            writeColumn(generator, column);
        }
        return nonNull(Json.parse(out.toString()));
    }

    /** An index as a canonical JSON value, in the form that it has in a schema. */
    public static Object canonical(Index index) {
        return Json.canonical(Map.of("name", index.name(), "columns", index.columns(), "unique", index.unique()));
    }

    /** Writes one object. */
    public static void write(JsonGenerator generator, TableSchema schema) {
        generator.writeStartObject();
        generator.writeStringProperty("table", schema.name());
        generator.writeArrayPropertyStart("columns");
        for (Column column : schema.columns()) {
            writeColumn(generator, column);
        }
        generator.writeEndArray();
        writeTexts(generator, "primaryKey", schema.primaryKey());
        if (schema.generatedKey()) {
            generator.writeBooleanProperty("generatedKey", true);
        }
        if (schema.versionColumn().isPresent()) {
            generator.writeStringProperty("version", schema.versionColumn().get());
        }
        if (!schema.indexes().isEmpty()) {
            generator.writeArrayPropertyStart("indexes");
            for (Index index : schema.indexes()) {
                generator.writeStartObject();
                generator.writeStringProperty("name", index.name());
                writeTexts(generator, "columns", index.columns());
                generator.writeBooleanProperty("unique", index.unique());
                generator.writeEndObject();
            }
            generator.writeEndArray();
        }
        generator.writeEndObject();
    }

    private static void writeColumn(JsonGenerator generator, Column column) {
        generator.writeStartObject();
        generator.writeStringProperty("name", column.name());
        generator.writeStringProperty("type", column.type().name());
        if (column.notNull()) {
            generator.writeBooleanProperty("notNull", true);
        }
        writeValue(generator, "default", column.type(), column.defaultValue());
        if (!column.checks().isEmpty()) {
            generator.writeArrayPropertyStart("checks");
            for (Check check : column.checks()) {
                generator.writeStartObject();
                writeCheck(generator, column.type(), check);
                generator.writeEndObject();
            }
            generator.writeEndArray();
        }
        generator.writeEndObject();
    }

    private static void writeCheck(JsonGenerator generator, DataType type, Check check) {
        if (check instanceof Check.Length length) {
            generator.writeObjectPropertyStart("length");
            generator.writeNumberProperty("min", length.min());
            generator.writeNumberProperty("max", length.max());
            generator.writeEndObject();
        } else if (check instanceof Check.Range range) {
            generator.writeObjectPropertyStart("range");
            writeValue(generator, "min", type, range.min());
            writeValue(generator, "max", type, range.max());
            generator.writeEndObject();
        } else if (check instanceof Check.Matches matches) {
            generator.writeStringProperty("matches", matches.regex());
        } else if (check instanceof Check.OneOf oneOf) {
            writeTexts(generator, "oneOf", oneOf.values());
        } else {
            throw new AssertionError(check);
        }
    }

    private static void writeValue(JsonGenerator generator, String name, DataType type, @Nullable Object value) {
        if (value != null) {
            generator.writeName(name);
            ValueJson.write(generator, type, value);
        }
    }

    private static void writeTexts(JsonGenerator generator, String name, List<String> texts) {
        generator.writeArrayPropertyStart(name);
        texts.forEach(generator::writeString);
        generator.writeEndArray();
    }

    /**
     * The schema that a text describes.
     *
     * @throws IllegalArgumentException if the text is no schema
     * @throws SchemaException if the parts of the schema do not fit together
     */
    public static TableSchema parse(String text) {
        return of(Json.parse(text));
    }

    /** The same from a canonical JSON value. */
    public static TableSchema of(@Nullable Object json) {
        try {
            return read(map(json));
        } catch (ClassCastException | NoSuchElementException e) {
            throw new IllegalArgumentException("This is not the description of a table", e);
        }
    }

    /**
     * The column that a canonical JSON value describes.
     *
     * @throws IllegalArgumentException if it describes none
     */
    public static Column columnOf(@Nullable Object json) {
        try {
            return readColumn(map(json));
        } catch (ClassCastException | NoSuchElementException e) {
            throw new IllegalArgumentException("This is not the description of a column", e);
        }
    }

    /**
     * The index that a canonical JSON value describes.
     *
     * @throws IllegalArgumentException if it describes none
     */
    public static Index indexOf(@Nullable Object json) {
        try {
            return readIndex(map(json));
        } catch (ClassCastException e) {
            throw new IllegalArgumentException("This is not the description of an index", e);
        }
    }

    private static Index readIndex(Map<String, ?> json) {
        return new Index(text(json.get("name")), texts(json.get("columns")), Boolean.TRUE.equals(json.get("unique")));
    }

    private static TableSchema read(Map<String, ?> json) {
        TableSchema.Builder builder = TableSchema.builder(text(json.get("table")));
        for (Object column : list(json.get("columns"))) {
            builder.column(readColumn(map(column)));
        }
        builder.primaryKey(texts(json.get("primaryKey")).toArray(new String[0]));
        if (Boolean.TRUE.equals(json.get("generatedKey"))) {
            builder.generatedKey();
        }
        if (json.get("version") != null) {
            builder.version(text(json.get("version")));
        }
        if (json.get("indexes") != null) {
            for (Object item : list(json.get("indexes"))) {
                builder.index(readIndex(map(item)));
            }
        }
        return builder.build();
    }

    private static Column readColumn(Map<String, ?> json) {
        DataType type = DataType.valueOf(text(json.get("type")));
        List<Check> checks = new ArrayList<>();
        if (json.get("checks") != null) {
            for (Object check : list(json.get("checks"))) {
                checks.add(readCheck(type, map(check)));
            }
        }
        return new Column(
                text(json.get("name")),
                type,
                Boolean.TRUE.equals(json.get("notNull")),
                value(type, json.get("default")),
                checks);
    }

    private static Check readCheck(DataType type, Map<String, ?> json) {
        String kind = json.keySet().iterator().next();
        Object body = json.get(kind);
        return switch (kind) {
            case "length" ->
                new Check.Length(number(map(body).get("min")), number(map(body).get("max")));
            case "range" ->
                new Check.Range(
                        value(type, map(body).get("min")), value(type, map(body).get("max")));
            case "matches" -> new Check.Matches(text(body));
            case "oneOf" -> new Check.OneOf(texts(body));
            default -> throw new IllegalArgumentException("There is no check '" + kind + "'");
        };
    }

    private static @Nullable Object value(DataType type, @Nullable Object json) {
        if (json == null) {
            return null;
        }
        return type == DataType.BLOB ? Blob.of(Base64.getDecoder().decode(text(json))) : type.coerce(json);
    }

    private static int number(@Nullable Object json) {
        return Math.toIntExact((Long) nonNull(json));
    }

    private static String text(@Nullable Object json) {
        return (String) nonNull(json);
    }

    private static List<String> texts(@Nullable Object json) {
        return list(json).stream().map(SchemaJson::text).toList();
    }

    private static List<?> list(@Nullable Object json) {
        return (List<?>) nonNull(json);
    }

    @SuppressWarnings("unchecked")
    private static Map<String, ?> map(@Nullable Object json) {
        return (Map<String, ?>) nonNull(json);
    }

    private static Object nonNull(@Nullable Object json) {
        if (json == null) {
            throw new IllegalArgumentException("The description of a table lacks a part");
        }
        return json;
    }
}
