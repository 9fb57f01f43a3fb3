package io.taskmover.storage.backup;

import io.taskmover.storage.schema.Json;
import io.taskmover.storage.schema.RowJson;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * What a backup holds. Immutable.
 *
 * @param made when it was begun; it holds what was committed then
 * @param tables sorted by name
 */
public record BackupManifest(Instant made, List<Table> tables) {
    /** The version of the format that this library writes, and the only one that it reads. */
    static final int FORMAT = 1;

    public BackupManifest {
        tables = List.copyOf(tables);
    }

    /**
     * A table in a backup.
     *
     * @param rows how many rows it has
     * @param lastGeneratedKey up to which number keys were generated for it; 0 for none
     * @param schema the part with its schema
     * @param data the part with its rows
     * @param longestRow how many bytes the longest of its rows has there
     */
    public record Table(String name, long rows, long lastGeneratedKey, Part schema, Part data, int longestRow) {}

    /**
     * An entry of the zip file.
     *
     * @param name its name there, which has nothing to do with the table's
     * @param bytes its length, not compressed
     * @param sha256 the SHA-256 of these bytes in hexadecimal digits
     */
    public record Part(String name, long bytes, String sha256) {}

    /** How many rows there are in all tables. */
    public long rows() {
        return tables.stream().mapToLong(Table::rows).sum();
    }

    /** The manifest as JSON for people, in UTF-8. */
    byte[] toJson() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator generator = RowJson.generator(out, true)) {
            generator.writeStartObject();
            generator.writeNumberProperty("format", FORMAT);
            generator.writeStringProperty("made", made.toString());
            generator.writeArrayPropertyStart("tables");
            tables.forEach(table -> write(generator, table));
            generator.writeEndArray();
            generator.writeEndObject();
        }
        out.write('\n');
        return out.toByteArray();
    }

    private static void write(JsonGenerator generator, Table table) {
        generator.writeStartObject();
        generator.writeStringProperty("name", table.name);
        generator.writeNumberProperty("rows", table.rows);
        generator.writeNumberProperty("lastGeneratedKey", table.lastGeneratedKey);
        write(generator, "schema", table.schema);
        write(generator, "data", table.data);
        generator.writeNumberProperty("longestRow", table.longestRow);
        generator.writeEndObject();
    }

    private static void write(JsonGenerator generator, String member, Part part) {
        generator.writeObjectPropertyStart(member);
        generator.writeStringProperty("part", part.name);
        generator.writeNumberProperty("bytes", part.bytes);
        generator.writeStringProperty("sha256", part.sha256);
        generator.writeEndObject();
    }

    /** @throws IllegalArgumentException if it is no manifest of the format that this library knows */
    static BackupManifest parse(byte[] utf8) {
        try {
            Map<?, ?> json = map(Json.parse(new String(utf8, StandardCharsets.UTF_8)));
            long format = number(json.get("format"));
            if (format != FORMAT) {
                throw new IllegalArgumentException(
                        "it has format " + format + ", and this version of the library knows " + FORMAT + " only");
            }
            List<Table> tables = new ArrayList<>();
            for (Object table : (List<?>) nonNull(json.get("tables"))) {
                tables.add(table(map(table)));
            }
            return new BackupManifest(Instant.parse(text(json.get("made"))), tables);
        } catch (ClassCastException | ArithmeticException | DateTimeParseException e) {
            throw new IllegalArgumentException("a member of it has another type than it should", e);
        }
    }

    private static Table table(Map<?, ?> json) {
        return new Table(
                text(json.get("name")),
                number(json.get("rows")),
                number(json.get("lastGeneratedKey")),
                part(map(json.get("schema"))),
                part(map(json.get("data"))),
                Math.toIntExact(number(json.get("longestRow"))));
    }

    private static Part part(Map<?, ?> json) {
        return new Part(text(json.get("part")), number(json.get("bytes")), text(json.get("sha256")));
    }

    private static Map<?, ?> map(@Nullable Object json) {
        return (Map<?, ?>) nonNull(json);
    }

    private static String text(@Nullable Object json) {
        return (String) nonNull(json);
    }

    private static long number(@Nullable Object json) {
        long number = (Long) nonNull(json);
        if (number < 0) {
            throw new IllegalArgumentException("a number of it is negative");
        }
        return number;
    }

    private static Object nonNull(@Nullable Object json) {
        if (json == null) {
            throw new IllegalArgumentException("a member of it is missing");
        }
        return json;
    }
}
