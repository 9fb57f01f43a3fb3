package io.taskmover.storage.file;

import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.schema.Json;
import io.taskmover.storage.schema.RowJson;
import io.taskmover.storage.schema.SchemaJson;
import io.taskmover.storage.schema.TableSchema;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * The file that holds the {@link StoreCatalog}: a first line with the store's format version and a checksum, then JSON.
 *
 * <pre>
 * taskmover-storage 1 crc32c:5f0c31aa
 * {
 *   "sequence": 4711,
 *   "tables": [
 *     {
 *       "generated": 17,
 *       "schema": { … as SchemaJson has it … }
 *     }
 *   ]
 * }
 * </pre>
 */
final class CatalogFile {
    /** The version of the whole store's format: layout, names, catalog, journal. */
    static final int VERSION = 1;

    private static final Pattern FIRST_LINE = Pattern.compile("taskmover-storage ([1-9]\\d{0,8}) crc32c:([0-9a-f]{8})");

    private final Disk disk;
    private final StorePaths paths;

    CatalogFile(Disk disk, StorePaths paths) {
        this.disk = disk;
        this.paths = paths;
    }

    boolean exists() {
        return Files.exists(paths.catalog());
    }

    /** Replaces the file; the new one is durable on return. */
    void write(StoreCatalog catalog) throws IOException {
        new AtomicFile(disk, paths).write(paths.catalog(), ByteBuffer.wrap(encode(catalog)));
        AtomicFile.forceDirectory(disk, paths.internals());
    }

    /**
     * Reads the file.
     *
     * @throws UnsupportedException if a later version of this library wrote it
     * @throws io.taskmover.storage.error.CorruptionException if it is not as it was written
     */
    StoreCatalog read() {
        byte[] bytes;
        try {
            bytes = Files.readAllBytes(paths.catalog());
        } catch (IOException e) {
            throw Failures.io("read", paths.catalog(), e);
        }
        int end = 0;
        while (end < bytes.length && bytes[end] != '\n') {
            end++;
        }
        Matcher line = FIRST_LINE.matcher(new String(bytes, 0, end, StandardCharsets.ISO_8859_1));
        if (!line.matches()) {
            throw Failures.corrupt(paths.catalog(), "its first line is not that of a store's catalog", null);
        }
        int version = Integer.parseInt(line.group(1));
        if (version > VERSION) {
            throw new UnsupportedException("The store " + paths.root() + " was written by a later version of this"
                    + " library (format " + version + ", this one knows " + VERSION + "); use that version");
        }
        int start = Math.min(end + 1, bytes.length);
        if (!line.group(2).equals(checksum(bytes, start))) {
            throw Failures.corrupt(paths.catalog(), "its checksum does not fit its content", null);
        }
        try {
            return decode(Json.parse(new String(bytes, start, bytes.length - start, StandardCharsets.UTF_8)));
        } catch (IllegalArgumentException | ClassCastException | NullPointerException | SchemaException e) {
            throw Failures.corrupt(paths.catalog(), "it does not describe a store: " + e.getMessage(), e);
        }
    }

    private static byte[] encode(StoreCatalog catalog) {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try (JsonGenerator generator = RowJson.generator(body, true)) {
            generator.writeStartObject();
            generator.writeNumberProperty("sequence", catalog.sequence());
            generator.writeArrayPropertyStart("tables");
            catalog.tables().forEach((name, schema) -> {
                generator.writeStartObject();
                Long generated = catalog.generated().get(name);
                if (generated != null) {
                    generator.writeNumberProperty("generated", generated);
                }
                generator.writeName("schema");
                SchemaJson.write(generator, schema);
                generator.writeEndObject();
            });
            generator.writeEndArray();
            generator.writeEndObject();
        }
        body.write('\n');
        byte[] content = body.toByteArray();
        ByteArrayOutputStream file = new ByteArrayOutputStream(content.length + 64);
        file.writeBytes(("taskmover-storage " + VERSION + " crc32c:" + checksum(content, 0) + "\n")
                .getBytes(StandardCharsets.US_ASCII));
        file.writeBytes(content);
        return file.toByteArray();
    }

    private static StoreCatalog decode(@Nullable Object json) {
        Map<?, ?> catalog = (Map<?, ?>) Objects.requireNonNull(json);
        Map<String, TableSchema> tables = new TreeMap<>();
        Map<String, Long> generated = new TreeMap<>();
        for (Object item : (List<?>) Objects.requireNonNull(catalog.get("tables"))) {
            Map<?, ?> table = (Map<?, ?>) Objects.requireNonNull(item);
            TableSchema schema = SchemaJson.of(table.get("schema"));
            tables.put(schema.name(), schema);
            if (table.get("generated") instanceof Long highest) {
                generated.put(schema.name(), highest);
            }
        }
        return new StoreCatalog((Long) Objects.requireNonNull(catalog.get("sequence")), tables, generated);
    }

    private static String checksum(byte[] bytes, int start) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, start, bytes.length - start);
        return String.format(Locale.ROOT, "%08x", crc.getValue());
    }
}
