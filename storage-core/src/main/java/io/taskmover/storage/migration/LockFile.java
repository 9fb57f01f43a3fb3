package io.taskmover.storage.migration;

import io.taskmover.storage.error.MigrationException;
import io.taskmover.storage.error.StorageIoException;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Json;
import io.taskmover.storage.schema.RowJson;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;

/**
 * The content of a schema lock, which {@code docs/formats/schema-lock.md} describes. Immutable.
 *
 * @param migrations the highest version among the migrations beside the file when it was written; 0 for none
 * @param entities the stored forms of entities, sorted by their tables, each maybe with columns that are {@code removed}
 */
record LockFile(String migrations, List<Map<?, ?>> entities) {
    private static final long FORMAT = 1;
    /** Members that come first where they are, for who reads the file; the others follow by the code points of their names. */
    private static final List<String> FIRST = List.of(
            "format",
            "migrations",
            "entities",
            "class",
            "kind",
            "schema",
            "table",
            "name",
            "from",
            "to",
            "column",
            "type");

    LockFile {
        entities = entities.stream()
                .sorted(Comparator.comparing(
                        (Map<?, ?> entity) -> EntityPair.schema(entity).name(), DataType.TEXT::compare))
                .toList();
    }

    /**
     * Reads a file; empty if there is none.
     *
     * @throws MigrationException if it is no schema lock
     */
    static Optional<LockFile> read(Path file) {
        if (!Files.exists(file)) {
            return Optional.empty();
        }
        try {
            return Optional.of(of(Json.parse(Files.readString(file))));
        } catch (IllegalArgumentException | ClassCastException | NullPointerException e) {
            throw new MigrationException(
                    file + " is no schema lock: " + e.getMessage()
                            + ". Bring it back from version control; or remove it, and run the check to have it written anew",
                    e);
        } catch (IOException e) {
            throw new StorageIoException("The schema lock " + file + " cannot be read: " + e, file, false, e);
        }
    }

    private static LockFile of(@Nullable Object json) {
        Map<?, ?> members = (Map<?, ?>) Objects.requireNonNull(json);
        if (!Objects.equals(members.get("format"), FORMAT)) {
            throw new IllegalArgumentException(
                    "its format is " + members.get("format") + ", and only " + FORMAT + " is known");
        }
        List<?> entities = (List<?>) Objects.requireNonNull(members.get("entities"));
        return new LockFile(
                (String) Objects.requireNonNull(members.get("migrations")),
                entities.stream().<Map<?, ?>>map(entity -> (Map<?, ?>) entity).toList());
    }

    boolean hasSameEntities(LockFile other) {
        return entities.equals(other.entities);
    }

    /** Puts the content into a file, all of it or nothing. */
    void write(Path file) {
        Map<String, Object> all = Map.of("format", FORMAT, "migrations", migrations, "entities", entities);
        Path directory = Objects.requireNonNull(file.toAbsolutePath().getParent());
        try {
            Files.createDirectories(directory);
            // not a temporary file of the platform, which would be its owner's only
            Path written = directory.resolve(file.getFileName() + ".tmp");
            try {
                Files.writeString(written, text(all));
                Files.move(written, file, StandardCopyOption.REPLACE_EXISTING, StandardCopyOption.ATOMIC_MOVE);
            } finally {
                Files.deleteIfExists(written);
            }
        } catch (IOException e) {
            throw new StorageIoException("The schema lock " + file + " cannot be written: " + e, file, false, e);
        }
    }

    /** JSON for people: indented by two spaces, with LF and one at the end, members in an order that can be read. */
    static String text(Object json) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        try (JsonGenerator generator = RowJson.generator(out, true)) {
            Json.write(generator, ordered(Json.canonical(json)));
        }
        return out.toString(StandardCharsets.UTF_8) + "\n";
    }

    private static @Nullable Object ordered(@Nullable Object json) {
        if (json instanceof List<?> list) {
            return list.stream().map(LockFile::ordered).toList();
        }
        if (!(json instanceof Map<?, ?> members)) {
            return json;
        }
        Map<String, @Nullable Object> sorted = new LinkedHashMap<>();
        FIRST.stream().filter(members::containsKey).forEach(name -> sorted.put(name, ordered(members.get(name))));
        members.forEach((name, value) -> {
            if (!FIRST.contains(name)) {
                sorted.put((String) name, ordered(value));
            }
        });
        return sorted;
    }
}
