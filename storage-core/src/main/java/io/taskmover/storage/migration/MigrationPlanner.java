package io.taskmover.storage.migration;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.backend.Catalog;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowJson;
import io.taskmover.storage.schema.TableSchema;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.NavigableMap;
import java.util.OptionalLong;
import java.util.Set;

/** Works out what migrations would do to a store, and changes nothing. */
final class MigrationPlanner {
    /** How many rows are shown before and after a transformation. */
    private static final int SAMPLES = 3;
    /** How many rows are looked at to find some that change. */
    private static final int LOOKED_AT = 1_000;

    private static final TransactionOptions READING = TransactionOptions.READ_ONLY.withTimeout(Duration.ofDays(1));

    private final BackendTransaction transaction;
    private final boolean sql;
    private final List<String> statements = new ArrayList<>();
    /** Where changes only tell their statements; of a store that knows no SQL the catalog itself, which is only read. */
    private final Catalog rehearsal;

    private Schemas schemas;
    /** Whether it is known what tables there will be: after SQL, or in the middle of a migration, it is not. */
    private boolean known = true;

    /** The tables whose rows are not what they will be when their turn comes. */
    private final Set<String> touched = new HashSet<>();

    private MigrationPlanner(BackendTransaction transaction, boolean sql) {
        this.transaction = transaction;
        this.sql = sql;
        Catalog catalog = transaction.catalog();
        this.rehearsal = sql ? catalog.rehearsal(statements::add) : catalog;
        this.schemas = Schemas.of(catalog.tables().stream()
                .flatMap(table -> catalog.table(table).stream())
                .toList());
    }

    static MigrationPlan plan(
            StorageBackend backend, List<Migration> pending, NavigableMap<MigrationVersion, HistoryEntry> history) {
        try (BackendTransaction transaction = backend.begin(READING)) {
            MigrationPlanner planner =
                    new MigrationPlanner(transaction, backend.capabilities().has(Feature.SQL));
            List<MigrationPlan.PlannedMigration> planned = new ArrayList<>();
            for (Migration migration : pending) {
                HistoryEntry entry = history.get(migration.version());
                List<MigrationPlan.PlannedChange> changes =
                        entry != null && entry.isUnfinished() ? planner.rest(migration) : planner.whole(migration);
                planned.add(new MigrationPlan.PlannedMigration(
                        migration.version(), migration.description(), entry != null && entry.isUnfinished(), changes));
            }
            return new MigrationPlan(planned);
        }
    }

    private List<MigrationPlan.PlannedChange> whole(Migration migration) {
        List<MigrationPlan.PlannedChange> planned = new ArrayList<>();
        for (Change change : migration.changes()) {
            planned.add(known ? detailed(migration, change, planned.size() + 1) : inWords(change, rows(change)));
            known &= !(change instanceof SqlChange);
        }
        return planned;
    }

    private MigrationPlan.PlannedChange detailed(Migration migration, Change change, int number) {
        Schemas after = Course.applied(migration, change, schemas);
        statements.clear();
        change.steps(new Site(migration.version(), number, schemas)).forEach(this::rehearse);
        MigrationPlan.PlannedChange planned = new MigrationPlan.PlannedChange(
                change.toString(),
                change.isDestructive(),
                rows(change),
                statements,
                change instanceof RowsChange rows ? samples(rows) : List.of());
        touched.addAll(change.tables());
        schemas = after;
        return planned;
    }

    /** Of one that is on its way: its statements have run in part. */
    private List<MigrationPlan.PlannedChange> rest(Migration migration) {
        known = false;
        return migration.changes().stream()
                .map(change -> inWords(change, OptionalLong.empty()))
                .toList();
    }

    private static MigrationPlan.PlannedChange inWords(Change change, OptionalLong rows) {
        return new MigrationPlan.PlannedChange(change.toString(), change.isDestructive(), rows, List.of(), List.of());
    }

    private void rehearse(Step step) {
        if (!sql) {
            return;
        }
        if (step instanceof Step.Definition definition) {
            definition.make().accept(rehearsal);
        } else if (step instanceof Step.Sql statement) {
            statements.add(statement.statement());
        }
    }

    private OptionalLong rows(Change change) {
        String table = change.rowsOf();
        return table == null || transaction.catalog().table(table).isEmpty()
                ? OptionalLong.empty()
                : OptionalLong.of(transaction.count(Select.from(table)));
    }

    private List<MigrationPlan.Sample> samples(RowsChange change) {
        String table = change.rowsOf();
        if (touched.contains(table)) {
            return List.of();
        }
        TableSchema schema = schemas.require(table);
        RowJson json = RowJson.of(schema.rowType());
        List<MigrationPlan.Sample> samples = new ArrayList<>();
        for (Row row : KeyOrder.read(transaction, schema, null, LOOKED_AT)) {
            Row after = change.preview(schema, row);
            if (after == null || !after.equals(row)) {
                samples.add(new MigrationPlan.Sample(json.line(row), after == null ? "" : json.line(after)));
            }
            if (samples.size() == SAMPLES) {
                break;
            }
        }
        return samples;
    }
}
