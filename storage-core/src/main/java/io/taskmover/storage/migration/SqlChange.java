package io.taskmover.storage.migration;

import io.taskmover.storage.error.MigrationException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/** {@link Change#sql}. */
final class SqlChange extends Change {
    /** The first words of statements that take nothing away. */
    private static final Set<String> HARMLESS = Set.of("create", "insert", "comment", "grant");

    private final List<String> statements;
    private final List<String> back;

    SqlChange(List<String> statements, List<String> back) {
        this.statements = List.copyOf(statements);
        this.back = List.copyOf(back);
    }

    @Override
    public String toString() {
        return "run " + statements.size() + (statements.size() == 1 ? " statement" : " statements") + " of SQL";
    }

    @Override
    public boolean isDestructive() {
        return isDestructive(statements);
    }

    @Override
    boolean isDestructiveBack() {
        return isDestructive(back);
    }

    private static boolean isDestructive(List<String> statements) {
        return !statements.stream()
                .map(statement -> statement.strip().split("\\s", 2)[0].toLowerCase(Locale.ROOT))
                .allMatch(HARMLESS::contains);
    }

    List<String> statements() {
        return statements;
    }

    @Override
    List<String> tables() {
        return List.of();
    }

    /** What it does to tables only the database knows. */
    @Override
    Schemas apply(Schemas before) {
        return before;
    }

    @Override
    List<Step> steps(Site site) {
        return statements.stream().<Step>map(Step.Sql::new).toList();
    }

    @Override
    List<Step> stepsBack(Site site) {
        if (back.isEmpty()) {
            throw new MigrationException("Migration " + site.version() + " cannot be rolled back: its change "
                    + site.number() + " (" + this
                    + ") has no way back. Write one, behind a line '-- down'; or go on with"
                    + " another migration that takes it back");
        }
        return back.stream().<Step>map(Step.Sql::new).toList();
    }

    @Override
    Map<String, Object> json() {
        return Map.of("sql", Map.of("up", statements, "down", back));
    }
}
