package io.taskmover.storage.migration;

import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * What {@link MigrationManager#apply} would do. Immutable; its text is for people.
 *
 * @param migrations in the order in which they would be applied
 */
public record MigrationPlan(List<PlannedMigration> migrations) {
    public MigrationPlan {
        migrations = List.copyOf(migrations);
    }

    /**
     * One migration.
     *
     * @param unfinished whether it is on its way already, and would go on from where it was cut off
     */
    public record PlannedMigration(
            MigrationVersion version, String description, boolean unfinished, List<PlannedChange> changes) {
        public PlannedMigration {
            changes = List.copyOf(changes);
        }
    }

    /**
     * One change.
     *
     * @param text what it does, in words
     * @param destructive whether values go, or become others
     * @param rows how many rows it goes through, as far as their table is there by now
     * @param statements in a relational store what runs, in order; rows are read and written between them. Of what comes after SQL,
     *     or after a migration that is on its way, none are known
     * @param samples of a transformation of rows the first that it changes, before and after
     */
    public record PlannedChange(
            String text, boolean destructive, OptionalLong rows, List<String> statements, List<Sample> samples) {
        public PlannedChange {
            statements = List.copyOf(statements);
            samples = List.copyOf(samples);
        }
    }

    /**
     * What becomes of one row.
     *
     * @param before as JSON
     * @param after as JSON; empty if it is deleted
     */
    public record Sample(String before, String after) {}

    /** Whether values go, or become others. */
    public boolean isDestructive() {
        return migrations.stream().flatMap(each -> each.changes().stream()).anyMatch(PlannedChange::destructive);
    }

    @Override
    public String toString() {
        if (migrations.isEmpty()) {
            return "nothing to apply\n";
        }
        StringBuilder text = new StringBuilder();
        for (PlannedMigration migration : migrations) {
            text.append(migration.version()).append("  ").append(migration.description());
            text.append(migration.unfinished() ? "  (goes on where it was cut off)\n" : "\n");
            migration.changes().forEach(change -> append(text, change));
        }
        return text.toString();
    }

    private static void append(StringBuilder text, PlannedChange change) {
        text.append(change.destructive() ? "  ! " : "  - ").append(change.text());
        change.rows().ifPresent(rows -> text.append(String.format(Locale.ROOT, "  (%,d rows)", rows)));
        text.append('\n');
        change.statements()
                .forEach(statement -> text.append("      ").append(statement).append(";\n"));
        for (Sample sample : change.samples()) {
            text.append("      ").append(sample.before()).append('\n');
            text.append("    → ").append(sample.after().isEmpty() ? "deleted" : sample.after());
            text.append('\n');
        }
    }
}
