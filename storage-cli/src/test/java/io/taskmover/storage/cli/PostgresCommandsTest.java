package io.taskmover.storage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the command does in a database of a server, one of this test's own. */
class PostgresCommandsTest {
    private static final TableSchema NOTES = TableSchema.builder("notes")
            .column("id", DataType.TEXT)
            .primaryKey("id")
            .build();

    @TempDir
    Path directory;

    @Test
    void transactionsInDoubtAreListedAndDecidedByHand() throws IOException {
        try (EmbeddedPostgres server = EmbeddedPostgres.builder()
                .setServerConfig("max_prepared_transactions", "5")
                .start()) {
            String url = "postgresql://postgres@localhost:" + server.getPort() + "/postgres";
            leaveInDoubt(url, "one", "two");
            for (int i = 0; i < 2; i++) {
                assertThat(Shell.run("transactions", url).success().lines())
                        .as("looking decides nothing")
                        .anySatisfy(line -> assertThat(line)
                                .contains(
                                        "one",
                                        "in doubt",
                                        "2026-01-02T03:04:05Z",
                                        directory.resolve("gone") + " decides"))
                        .anySatisfy(line -> assertThat(line).contains("two", "in doubt"));
            }
            assertThat(Shell.run("transactions", url, "--commit", "onne").failure(ExitCode.NO_SUCH_ROW))
                    .contains("did you mean 'one'?");
            assertThat(Shell.run("transactions", url, "--commit", "one", "--rollback", "two")
                            .success())
                    .isEqualTo("transaction one is committed\ntransaction two is rolled back\n");
            assertThat(Shell.run("get", url, "notes", "one").success()).contains("one");
            Shell.run("get", url, "notes", "two").failure(ExitCode.NO_SUCH_ROW);
            assertThat(Shell.run("transactions", url, "--format", "jsonl").success())
                    .isEmpty();
        }
    }

    @Test
    void aPlanShowsTheStatementsAndChangesNothing() throws IOException {
        Path migrations = Files.createDirectory(directory.resolve("migrations"));
        Files.writeString(migrations.resolve("V1__people.json"), """
                {"changes": [{"createTable": {"table": "people", "primaryKey": ["id"],
                    "columns": [{"name": "id", "type": "TEXT"}, {"name": "age", "type": "INTEGER"}]}},
                  {"renameColumn": {"table": "people", "from": "age", "to": "years"}}]}
                """);
        Files.writeString(migrations.resolve("V2__view.sql"), """
                create view adults as select id from people where years > 17;
                -- down
                drop view adults;
                """);
        try (EmbeddedPostgres server = EmbeddedPostgres.builder().start()) {
            String url = "postgresql://postgres@localhost:" + server.getPort() + "/postgres";
            assertThat(Shell.run("migrate", "plan", url, migrations.toString()).success())
                    .contains("create table \"people\"", "rename column \"age\" to \"years\";", "create view adults");
            assertThat(Shell.run("tables", url, "--format", "csv").success().lines())
                    .hasSize(1);
            assertThat(Shell.run("migrate", "apply", url, migrations.toString()).success())
                    .isEqualTo("applied 1 (people)\napplied 2 (view)\n");
            assertThat(Shell.run("migrate", "rollback", url, migrations.toString(), "2", "--allow-destructive")
                            .success())
                    .isEqualTo("rolled back 2 (view)\n");
            Shell.run("migrate", "status", url, migrations.toString(), "--check")
                    .success();
        }
    }

    /** Leaves transactions in doubt, whose decider is gone. */
    private void leaveInDoubt(String url, String... ids) {
        try (StorageBackend backend = StorageBackend.open(StorageConfig.of(url))) {
            backend.createTable(NOTES);
            for (String id : ids) {
                PreparedTransaction global = new PreparedTransaction(
                        id, "file:" + directory.resolve("gone"), Instant.parse("2026-01-02T03:04:05Z"));
                try (BackendTransaction branch = backend.begin(TransactionOptions.DEFAULT.asBranchOf(global))) {
                    branch.write("notes", WriteMode.INSERT, List.of(Row.of(NOTES.rowType(), id)));
                    branch.prepare(global);
                }
            }
        }
    }
}
