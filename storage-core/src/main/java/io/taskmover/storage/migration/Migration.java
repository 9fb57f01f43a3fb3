package io.taskmover.storage.migration;

import io.taskmover.storage.error.MigrationException;
import io.taskmover.storage.schema.Json;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * A step from one state of a store's tables to the next: changes that are made once in every store, in order. Immutable.
 *
 * <pre>{@code
 * Migration.of("003", "mail addresses are required and unique",
 *         Change.renameColumn("users", "mail", "email"),
 *         Change.createIndex("users", Index.of("users", true, "email")));
 * }</pre>
 */
public sealed class Migration permits CreateTableMigration, AddColumnMigration, DataMigration {
    private final MigrationVersion version;
    private final String description;
    private final List<MigrationVersion> dependencies;
    private final List<Change> changes;

    Migration(MigrationVersion version, String description, List<MigrationVersion> dependencies, List<Change> changes) {
        if (changes.isEmpty()) {
            throw new IllegalArgumentException("Migration " + version + " has no changes");
        }
        this.version = version;
        this.description = description;
        this.dependencies = List.copyOf(dependencies);
        this.changes = List.copyOf(changes);
    }

    /**
     * A migration of these changes, which are made one after the other.
     *
     * @throws IllegalArgumentException if the version is none, as {@link MigrationVersion} says, or there are no changes
     */
    public static Migration of(String version, String description, Change... changes) {
        return new Migration(MigrationVersion.of(version), description, List.of(), Arrays.asList(changes));
    }

    /**
     * The same, to be applied after these others, and not rolled back before them. Without, it depends on the one before it in
     * the order of versions.
     */
    public Migration dependsOn(String... versions) {
        List<MigrationVersion> all = new ArrayList<>(dependencies);
        for (String each : versions) {
            all.add(MigrationVersion.of(each));
        }
        return new Migration(version, description, all, changes);
    }

    public MigrationVersion version() {
        return version;
    }

    /** What it is for, in words. */
    public String description() {
        return description;
    }

    /** What it depends on; empty for the one before it. */
    public List<MigrationVersion> dependencies() {
        return dependencies;
    }

    public List<Change> changes() {
        return changes;
    }

    /** Whether values go, or become others. */
    public boolean isDestructive() {
        return changes.stream().anyMatch(Change::isDestructive);
    }

    boolean isDestructiveBack() {
        return changes.stream().anyMatch(Change::isDestructiveBack);
    }

    /** Whether there is something left to decide. */
    boolean hasTodo() {
        return changes.stream().anyMatch(Todo.class::isInstance);
    }

    /** @throws MigrationException if there is something left to decide, with all of that */
    void requireDecided() {
        if (hasTodo()) {
            List<String> left = changes.stream()
                    .filter(Todo.class::isInstance)
                    .map(Change::toString)
                    .toList();
            throw new MigrationException("Migration " + this + " is not complete: " + String.join("; ", left)
                    + ". Put the changes that it takes in the place of each todo, or remove it");
        }
    }

    /**
     * The SHA-256, in hexadecimal, of what the changes are and what it depends on, as canonical JSON. Of code, as in a
     * {@link RowTransformation}, it knows only that it is there. The description is no part of it.
     */
    public String checksum() {
        Object all = Json.canonical(Map.of(
                "dependsOn",
                dependencies.stream().map(MigrationVersion::toString).toList(),
                "changes",
                changes.stream().map(Change::json).toList()));
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256")
                            .digest(Json.text(all).getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return version + " (" + description + ")";
    }
}
