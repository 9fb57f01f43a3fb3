package io.taskmover.storage.migration;

import io.taskmover.storage.error.MigrationException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The registered migrations in the order in which they are applied. Immutable. */
final class MigrationGraph {
    private final NavigableMap<MigrationVersion, Migration> byVersion;
    private final Map<MigrationVersion, Migration> ordered = new LinkedHashMap<>();

    private MigrationGraph(NavigableMap<MigrationVersion, Migration> byVersion) {
        this.byVersion = byVersion;
    }

    /** @throws MigrationException if one depends on what there is not, or on itself through others */
    static MigrationGraph of(Collection<Migration> migrations) {
        NavigableMap<MigrationVersion, Migration> byVersion = new TreeMap<>();
        migrations.forEach(migration -> byVersion.put(migration.version(), migration));
        MigrationGraph graph = new MigrationGraph(byVersion);
        for (Migration migration : byVersion.values()) {
            graph.visit(migration, new LinkedHashSet<>());
        }
        return graph;
    }

    /** Puts a migration into the order, behind all that it depends on. */
    private void visit(Migration migration, Set<MigrationVersion> path) {
        if (ordered.containsKey(migration.version())) {
            return;
        }
        if (!path.add(migration.version())) {
            throw new MigrationException("Migrations depend on each other in a circle: "
                    + text(path, migration.version()) + ". Take one of these dependencies out");
        }
        for (MigrationVersion needed : dependencies(migration)) {
            Migration dependency = byVersion.get(needed);
            if (dependency == null) {
                throw new MigrationException("Migration " + migration + " depends on " + needed
                        + ", which there is not: " + text(path, needed) + ". The versions are " + byVersion.keySet()
                        + "; add that one, or correct the dependency");
            }
            visit(dependency, path);
        }
        path.remove(migration.version());
        ordered.put(migration.version(), migration);
    }

    private static String text(Set<MigrationVersion> path, MigrationVersion last) {
        List<String> all = new ArrayList<>();
        path.forEach(each -> all.add(each.toString()));
        all.add(last.toString());
        return String.join(" → ", all);
    }

    /** What a migration depends on, said or not. */
    List<MigrationVersion> dependencies(Migration migration) {
        if (!migration.dependencies().isEmpty()) {
            return migration.dependencies();
        }
        MigrationVersion before = byVersion.lowerKey(migration.version());
        return before == null ? List.of() : List.of(before);
    }

    /** All of them, each behind those that it depends on, and otherwise by version. */
    List<Migration> inOrder() {
        return List.copyOf(ordered.values());
    }

    @Nullable
    Migration find(MigrationVersion version) {
        return byVersion.get(version);
    }

    /** The highest version; empty if there is none. */
    Optional<MigrationVersion> highest() {
        return byVersion.isEmpty() ? Optional.empty() : Optional.of(byVersion.lastKey());
    }
}
