package io.taskmover.storage.migration;

import io.taskmover.storage.error.MigrationException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Compares the migrations that are registered with those that a store remembers. */
final class MigrationCheck {
    private final MigrationGraph graph;
    private final NavigableMap<MigrationVersion, HistoryEntry> history;

    MigrationCheck(MigrationGraph graph, NavigableMap<MigrationVersion, HistoryEntry> history) {
        this.graph = graph;
        this.history = history;
    }

    /** @throws MigrationException if something is applied that is not registered, or not as it was */
    void requireKnown() {
        for (HistoryEntry entry : history.values()) {
            MigrationVersion version = entry.version();
            switch (state(entry)) {
                case NEWER ->
                    throw new MigrationException("Migration " + version + " (" + entry.description()
                            + ") is applied, and the"
                            + " highest that this program knows is "
                            + graph.highest().map(MigrationVersion::toString).orElse("none")
                            + ": the store is newer than the program. Use a later version of the program; or roll the"
                            + " migration back with that");
                case MISSING ->
                    throw new MigrationException("Migration " + version + " (" + entry.description()
                            + ") is applied, and there is none registered under that version. Bring it back; or forget it,"
                            + " with forget(\"" + version + "\") or 'storage migrate apply --forget " + version
                            + "', if nothing depends on it any more");
                case CHANGED ->
                    throw new MigrationException("Migration " + version + " (" + entry.description()
                            + ") was changed since it was applied: its checksum was " + entry.checksum() + " and is "
                            + registered(version).checksum()
                            + " now. Bring back what it was and write another migration for the difference; or accept it, with"
                            + " accept(\"" + version + "\") or 'storage migrate apply --accept " + version
                            + "', if it does the same as before");
                default -> {}
            }
        }
    }

    private Migration registered(MigrationVersion version) {
        return Optional.ofNullable(graph.find(version)).orElseThrow();
    }

    /**
     * What is still to be applied, in order.
     *
     * @param outOfOrder whether one may be lower than one that is applied
     * @throws MigrationException if it must not, or {@link #requireKnown} refuses
     */
    List<Migration> pending(boolean outOfOrder) {
        requireKnown();
        List<Migration> pending = new ArrayList<>();
        for (Migration migration : graph.inOrder()) {
            HistoryEntry entry = history.get(migration.version());
            if (entry == null || !entry.isApplied()) {
                pending.add(migration);
                if (!outOfOrder && (entry == null || entry.isUntouched())) {
                    requireInOrder(migration);
                }
            }
        }
        return pending;
    }

    private void requireInOrder(Migration migration) {
        TreeSet<MigrationVersion> later = new TreeSet<>();
        history.values().stream()
                .filter(HistoryEntry::isApplied)
                .map(HistoryEntry::version)
                .filter(version -> version.compareTo(migration.version()) > 0)
                .forEach(later::add);
        if (!later.isEmpty()) {
            throw new MigrationException("Migration " + migration + " is not applied, and later ones are: " + later
                    + ". Give it a version above " + later.last()
                    + "; or allow it, with outOfOrder(true) or 'storage migrate apply --out-of-order', if it does not matter to"
                    + " those");
        }
    }

    /**
     * Those that are applied, or on their way back, and wanted, the latest in order first.
     *
     * @throws MigrationException if there is none, one is on its way forward, or others depend on one
     */
    List<Migration> toRollBack(Predicate<MigrationVersion> wanted) {
        List<Migration> chosen = new ArrayList<>();
        List<MigrationVersion> applied = new ArrayList<>();
        for (Migration migration : graph.inOrder()) {
            HistoryEntry entry = history.get(migration.version());
            if (entry != null && !entry.isUntouched()) {
                applied.add(migration.version());
                if (wanted.test(migration.version())) {
                    if (entry.state() == HistoryEntry.State.APPLYING) {
                        throw new MigrationException("Migration " + migration
                                + " was cut off on its way; apply it to its end before it is rolled back");
                    }
                    chosen.add(0, migration);
                } else {
                    requireIndependent(migration, chosen);
                }
            }
        }
        if (chosen.isEmpty()) {
            throw new MigrationException(
                    "No such migration is applied, so that there is nothing to roll back; applied are " + applied);
        }
        return chosen;
    }

    private void requireIndependent(Migration applied, List<Migration> chosen) {
        for (Migration gone : chosen) {
            if (graph.dependencies(applied).contains(gone.version())) {
                throw new MigrationException("Migration " + gone + " cannot be rolled back: " + applied
                        + " depends on it and is applied. Roll that back before; or all that came after an earlier version,"
                        + " with rollbackTo");
            }
        }
    }

    /** Applied or pending, of everything that is registered or remembered, by version. */
    List<MigrationStatus> status() {
        TreeSet<MigrationVersion> versions = new TreeSet<>(history.keySet());
        graph.inOrder().forEach(migration -> versions.add(migration.version()));
        List<MigrationStatus> all = new ArrayList<>();
        for (MigrationVersion version : versions) {
            HistoryEntry entry = history.get(version);
            Migration migration = graph.find(version);
            if (entry == null) {
                String description = migration == null ? "" : migration.description();
                all.add(new MigrationStatus(version, description, MigrationState.PENDING, null, null, null, null));
            } else if (migration != null || entry.state() != HistoryEntry.State.ROLLED_BACK) {
                all.add(status(entry));
            }
        }
        return all;
    }

    private MigrationStatus status(HistoryEntry entry) {
        @Nullable Duration duration = entry.isApplied() ? Duration.ofMillis(entry.durationMillis()) : null;
        return new MigrationStatus(
                entry.version(),
                entry.description(),
                state(entry),
                entry.by(),
                entry.startedAt(),
                duration,
                entry.error());
    }

    private MigrationState state(HistoryEntry entry) {
        Migration migration = graph.find(entry.version());
        if (entry.isUntouched()) {
            return entry.error() == null ? MigrationState.PENDING : MigrationState.FAILED;
        }
        if (migration == null) {
            boolean newer = graph.highest()
                    .map(highest -> entry.version().compareTo(highest) > 0)
                    .orElse(true);
            return newer ? MigrationState.NEWER : MigrationState.MISSING;
        }
        if (!migration.checksum().equals(entry.checksum())) {
            return MigrationState.CHANGED;
        }
        if (entry.isApplied()) {
            return MigrationState.APPLIED;
        }
        return entry.error() == null ? MigrationState.UNFINISHED : MigrationState.FAILED;
    }
}
