package io.taskmover.storage.migration;

import io.taskmover.storage.error.MigrationException;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.error.StorageIoException;
import io.taskmover.storage.schema.Json;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Migrations in the files of a directory, one in each: {@code V001__create_users.json} with a list of changes, or
 * {@code V002__views.sql} with statements for a relational database. {@code docs/formats/migrations.md} describes them.
 */
public final class MigrationDirectory {
    private static final Pattern NAME = Pattern.compile("V([0-9.]+?)__(.+)\\.(json|sql)");
    private static final Set<String> MEMBERS = Set.of("dependsOn", "changes");

    private static final String JSON_TEMPLATE = """
            {
              "changes": [
              ]
            }
            """;
    private static final String SQL_TEMPLATE = """
            -- statements, each with a semicolon at its end

            -- down
            -- statements that take them back
            """;

    private MigrationDirectory() {}

    /** The form of a migration's file. */
    public enum Form {
        JSON,
        SQL
    }

    /**
     * Reads all migrations of a directory, by version. Files that are neither JSON nor SQL are none of its business.
     *
     * @throws MigrationException if a file has another name, or its content is no migration; names the file
     * @throws StorageIoException if it cannot be read
     */
    public static List<Migration> read(Path directory) {
        NavigableMap<MigrationVersion, Path> files = files(directory);
        List<Migration> migrations = new ArrayList<>();
        for (Path file : files.values()) {
            migrations.add(readFile(file));
        }
        return migrations;
    }

    /**
     * Creates the file of a new migration, whose version is the next whole number, with nothing to do in it.
     *
     * @param directory is created if it is not there
     * @throws StorageIoException if it cannot be written
     */
    public static Path create(Path directory, String description, Form form) {
        return form == Form.JSON
                ? create(directory, description, ".json", JSON_TEMPLATE)
                : create(directory, description, ".sql", SQL_TEMPLATE);
    }

    /** Creates the file of a new migration of these changes, whose version is the next whole number. */
    static Path create(Path directory, String description, List<Change> changes) {
        return create(
                directory,
                description,
                ".json",
                LockFile.text(
                        Map.of("changes", changes.stream().map(Change::json).toList())));
    }

    private static Path create(Path directory, String description, String ending, String content) {
        String name = fileName(description);
        if (name.isEmpty()) {
            throw new MigrationException("A migration needs a description, of letters and digits at least");
        }
        try {
            Files.createDirectories(directory);
            String highest = highest(directory)
                    .map(version -> version.canonical().split("\\.")[0])
                    .orElse("0");
            String version = String.format("%3d", Long.parseLong(highest) + 1).replace(' ', '0');
            Path file = directory.resolve("V" + version + "__" + name + ending);
            return Files.writeString(file, content, StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException e) {
            throw new MigrationException("There is a file " + e.getFile() + " already", e);
        } catch (IOException e) {
            throw new StorageIoException(
                    "A migration cannot be written into '" + directory + "': " + e, directory, false, e);
        }
    }

    private static String fileName(String description) {
        return description.strip().replaceAll("[^\\p{Alnum}]+", "_").replaceAll("^_|_$", "");
    }

    /** The highest version in a directory; empty if it has no migrations or is not there. */
    static Optional<MigrationVersion> highest(Path directory) {
        NavigableMap<MigrationVersion, Path> files = Files.isDirectory(directory) ? files(directory) : new TreeMap<>();
        return files.isEmpty() ? Optional.empty() : Optional.of(files.lastKey());
    }

    /** The latest migration of a description that is later than a version. */
    static Optional<Path> find(Path directory, String description, MigrationVersion after) {
        return files(directory).tailMap(after, false).descendingMap().values().stream()
                .filter(file -> file.getFileName().toString().contains("__" + fileName(description) + "."))
                .findFirst();
    }

    private static NavigableMap<MigrationVersion, Path> files(Path directory) {
        NavigableMap<MigrationVersion, Path> files = new TreeMap<>();
        try (Stream<Path> all = Files.list(directory)) {
            for (Path file : all.sorted().toList()) {
                String name = file.getFileName().toString();
                if (!name.endsWith(".json") && !name.endsWith(".sql")) {
                    continue;
                }
                Path other = files.put(version(file, name), file);
                if (other != null) {
                    throw new MigrationException("Two files are of the same version: " + other + " and " + file
                            + ". Give the later one a version of its own");
                }
            }
        } catch (IOException e) {
            throw new StorageIoException(
                    "The migrations in '" + directory + "' cannot be read: " + e, directory, false, e);
        }
        return files;
    }

    private static MigrationVersion version(Path file, String name) {
        Matcher matcher = NAME.matcher(name);
        if (matcher.matches()) {
            try {
                return MigrationVersion.of(matcher.group(1));
            } catch (IllegalArgumentException e) {
                throw new MigrationException(file + ": " + e.getMessage(), e);
            }
        }
        throw new MigrationException(file + " is not named as a migration: V001__what_it_does.json, or .sql");
    }

    private static Migration readFile(Path file) {
        Matcher matcher = NAME.matcher(file.getFileName().toString());
        if (!matcher.matches()) {
            throw new AssertionError(file);
        }
        String version = matcher.group(1);
        String description = matcher.group(2).replace('_', ' ');
        try {
            String text = Files.readString(file).replace("\r\n", "\n");
            if (matcher.group(3).equals("sql")) {
                SqlScript script = SqlScript.parse(text);
                return Migration.of(version, description, Change.sql(script.up(), script.down()));
            }
            return readJson(version, description, text);
        } catch (IllegalArgumentException | SchemaException e) {
            throw new MigrationException(file + " is no migration: " + e.getMessage(), e);
        } catch (IOException e) {
            throw new StorageIoException("The migration " + file + " cannot be read: " + e, file, false, e);
        }
    }

    private static Migration readJson(String version, String description, String text) {
        if (!(Json.parse(text) instanceof Map<?, ?> json)) {
            throw new IllegalArgumentException("it is an object with the member 'changes'");
        }
        Set<Object> unknown = new TreeSet<>(json.keySet());
        unknown.removeAll(MEMBERS);
        if (!unknown.isEmpty()) {
            throw new IllegalArgumentException("it has the unknown members " + unknown + "; it may have " + MEMBERS);
        }
        if (!(json.get("changes") instanceof List<?> list)) {
            throw new IllegalArgumentException("it lacks a list 'changes'");
        }
        List<Change> changes = new ArrayList<>();
        for (Object change : list) {
            try {
                changes.add(ChangeJson.read(change));
            } catch (IllegalArgumentException | SchemaException e) {
                throw new IllegalArgumentException("change " + (changes.size() + 1) + ": " + e.getMessage(), e);
            }
        }
        Migration migration = Migration.of(version, description, changes.toArray(new Change[0]));
        Object needed = json.get("dependsOn");
        return needed == null ? migration : migration.dependsOn(versions(needed));
    }

    private static String[] versions(Object json) {
        Object[] all = json instanceof List<?> list ? list.toArray() : new Object[] {json};
        if (!Arrays.stream(all).allMatch(String.class::isInstance)) {
            throw new IllegalArgumentException("'dependsOn' is a list of versions, which are texts");
        }
        return Arrays.copyOf(all, all.length, String[].class);
    }
}
