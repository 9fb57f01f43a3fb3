package io.taskmover.storage.file;

import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.schema.Json;
import io.taskmover.storage.schema.RowJson;
import io.taskmover.storage.schema.SchemaJson;
import io.taskmover.storage.schema.TableSchema;
import java.io.StringWriter;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.core.JsonGenerator;

/** A store's tables as one JSON array of what {@link SchemaJson} makes of each. */
final class CatalogJson {
    private CatalogJson() {}

    static String encode(Collection<TableSchema> tables) {
        StringWriter out = new StringWriter();
        try (JsonGenerator generator = RowJson.generator(out)) {
            generator.writeStartArray();
            tables.forEach(table -> SchemaJson.write(generator, table));
            generator.writeEndArray();
        }
        return out.toString();
    }

    /** @throws IllegalArgumentException if it is not such an array */
    static Map<String, TableSchema> decode(String json) {
        if (!(Json.parse(json) instanceof List<?> items)) {
            throw new IllegalArgumentException("it is no list of tables");
        }
        Map<String, TableSchema> tables = new TreeMap<>();
        try {
            for (Object item : items) {
                TableSchema schema = SchemaJson.of(item);
                tables.put(schema.name(), schema);
            }
        } catch (SchemaException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
        return tables;
    }
}
