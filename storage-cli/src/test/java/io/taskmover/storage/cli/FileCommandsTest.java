package io.taskmover.storage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Decisions;
import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.fileops.FileOperations;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import io.taskmover.storage.transaction.Branch;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;

class FileCommandsTest extends StoreCommandsContract {
    @Override
    String url(Path place) {
        return "file:" + place;
    }

    @Test
    void aStoreThatAnotherOneHoldsIsLocked() {
        String url = url(directory.resolve("store"));
        try (StorageBackend holder = StorageBackend.open(StorageConfig.of(url))) {
            assertThat(Shell.run("delete", url + "?timeout=100ms", "notes", "a").failure(ExitCode.LOCKED))
                    .contains(Long.toString(ProcessHandle.current().pid()));
            assertThat(holder.verify().clean()).isTrue();
        }
    }

    /** Makes a store of three notes. */
    private Path notes() throws IOException {
        Path notes =
                Files.writeString(directory.resolve("notes.jsonl"), "{\"id\":\"a\"}\n{\"id\":\"b\"}\n{\"id\":\"c\"}\n");
        Path store = directory.resolve("store");
        Shell.run("import", url(store), "notes", notes.toString()).success();
        return store;
    }

    /** Leaves transactions in doubt in a store, whose decider is gone. */
    private void leaveInDoubt(Path store, String... ids) {
        try (StorageBackend backend = StorageBackend.open(StorageConfig.of(url(store)))) {
            for (String id : ids) {
                backend.createTable(TableSchema.builder("t" + id)
                        .column("id", DataType.TEXT)
                        .primaryKey("id")
                        .build());
                PreparedTransaction global = new PreparedTransaction(
                        id, "file:" + directory.resolve("gone"), Instant.parse("2026-01-02T03:04:05Z"));
                try (BackendTransaction branch = backend.begin(TransactionOptions.DEFAULT.asBranchOf(global))) {
                    Row row = Row.of(backend.schemaOf("t" + id).rowType(), "new");
                    branch.write("t" + id, WriteMode.INSERT, List.of(row));
                    branch.prepare(global);
                }
            }
        }
    }

    @Test
    void aCopySaysWhichTransactionsInDoubtItIsWithout() throws IOException {
        Path store = directory.resolve("doubtful");
        leaveInDoubt(store, "one");
        assertThat(Shell.run("copy", "file:" + store, "file:" + directory.resolve("copy"))
                        .success())
                .contains("without transaction one");
    }

    @Test
    void transactionsInDoubtAreListedAndDecidedByHand() throws IOException {
        Path store = notes();
        leaveInDoubt(store, "one", "two");
        assertThat(Shell.run("transactions", url(store)).success().lines())
                .anySatisfy(line -> assertThat(line)
                        .contains("one", "in doubt", "2026-01-02T03:04:05Z", directory.resolve("gone") + " decides"))
                .anySatisfy(line -> assertThat(line).contains("two", "in doubt"));
        assertThat(Shell.run("put", url(store), "notes", "{\"id\":\"d\"}").err())
                .contains("storage transactions URL --commit");
        assertThat(Shell.run("transactions", url(store), "--commit", "onne").failure(ExitCode.NO_SUCH_ROW))
                .contains("did you mean 'one'?");
        assertThat(Shell.run("transactions", url(store), "--commit", "one", "--rollback", "two")
                        .success())
                .isEqualTo("transaction one is committed\ntransaction two is rolled back\n");
        assertThat(Shell.run("get", url(store), "tone", "new").success()).contains("new");
        Shell.run("get", url(store), "ttwo", "new").failure(ExitCode.NO_SUCH_ROW);
        assertThat(Shell.run("transactions", url(store), "--format", "jsonl").success())
                .isEmpty();
    }

    @Test
    void transactionsOnFilesAreListedAndDecidedByHandToo() throws IOException {
        Path folder = Files.createDirectory(directory.resolve("documents"));
        Files.writeString(folder.resolve("scan.pdf"), "the file");
        try (FileOperations files = FileOperations.open(folder)) {
            Branch branch = files.beginBranch(TransactionOptions.DEFAULT, false);
            files.rename(Path.of("scan.pdf"), "0815.pdf");
            branch.prepare(new PreparedTransaction("one", "file:" + directory.resolve("gone"), Instant.EPOCH));
            branch.leave();
        }
        assertThat(Shell.run("transactions", "files:" + folder).success()).contains("one", "in doubt");
        assertThat(Shell.run("transactions", "files:" + folder, "--rollback", "one")
                        .success())
                .isEqualTo("transaction one is rolled back\n");
        assertThat(folder.resolve("scan.pdf")).hasContent("the file");
        assertThat(folder.resolve("0815.pdf")).doesNotExist();
        Shell.run("transactions", "files:" + folder, "--commit", "one").failure(ExitCode.NO_SUCH_ROW);
    }

    @Test
    void decisionsAreListedUntilNobodyNeedsThem() throws IOException {
        Path store = notes();
        try (StorageBackend backend = StorageBackend.open(StorageConfig.of(url(store)))) {
            Decisions.createTable(backend);
            try (BackendTransaction deciding = backend.begin(TransactionOptions.DEFAULT)) {
                deciding.decide(
                        new PreparedTransaction("one", url(store), Instant.EPOCH), List.of(url(store), "file:/b"));
                deciding.commit();
            }
        }
        assertThat(Shell.run("transactions", url(store)).success()).contains("one", "committed", "file:/b");
    }

    @Test
    void repairTakesOutWhatIsDamagedAndSaysSo() throws IOException {
        Path store = notes();
        Path file = Files.writeString(store.resolve("notes/b.json"), "no JSON");
        Shell verified = Shell.run("verify", url(store));
        assertThat(verified.code()).isEqualTo(ExitCode.CORRUPT.code());
        assertThat(verified.out()).startsWith("damaged: " + file + ": ");
        Path kept = store.resolve(".quarantine/notes-b.json");
        assertThat(Shell.run("verify", url(store), "--repair").success().lines())
                .satisfiesExactly(
                        line -> assertThat(line).startsWith("damaged: " + file + ": "),
                        line -> assertThat(line)
                                .startsWith("repaired: " + file + ": the row 'b' of the table 'notes' was deleted")
                                .endsWith("kept in " + kept),
                        line -> assertThat(line).isEqualTo("clean: 1 tables, 2 rows, after 1 repairs"));
        assertThat(kept).hasContent("no JSON");
        assertThat(Shell.run("verify", url(store), "--repair").success())
                .isEqualTo("clean: 1 tables, 2 rows, nothing to repair\n");
    }

    @Test
    void repairWorksOnAStoreThatCannotBeOpened() throws IOException {
        Path store = notes();
        Path manifest = store.resolve(".storage/manifest");
        Files.writeString(manifest, "no manifest");
        Shell.run("verify", url(store)).failure(ExitCode.CORRUPT);
        assertThat(Shell.run("verify", url(store), "--repair").success())
                .contains("repaired: " + manifest, "clean: 1 tables, 3 rows, after 1 repairs");
        Path moved = Files.move(store.resolve("notes"), directory.resolve("moved"));
        Shell repaired = Shell.run("verify", url(store), "--repair");
        assertThat(repaired.failure(ExitCode.CORRUPT)).contains("0 repairs, 1 problem is left");
        assertThat(repaired.out()).startsWith("left: " + store.resolve("notes")).contains("bring it back");
        Files.move(moved, store.resolve("notes"));
        assertThat(Shell.run("verify", url(store)).success()).isEqualTo("clean: 1 tables, 3 rows\n");
    }

    @Test
    void mostOfATableGoneIsTakenForDeletionsOnlyIfOneSaysSo() throws IOException {
        Path place = directory.resolve("store");
        String url = url(place);
        try (StorageBackend application = StorageBackend.open(StorageConfig.of(url))) {
            application.createTable(TableSchema.builder("notes")
                    .column("id", DataType.TEXT)
                    .primaryKey("id")
                    .build());
            for (String id : List.of("a", "b", "c", "d")) {
                application.insert("notes", Map.of("id", id));
            }
        }
        for (String id : List.of("a", "b", "c")) {
            Files.delete(place.resolve("notes").resolve(id + ".json"));
        }
        assertThat(Shell.run("verify", url).failure(ExitCode.CORRUPT))
                .contains("3 of the 4 rows of the table 'notes' are gone", "--accept-deletes");
        assertThat(Shell.run("query", url, "from notes").failure(ExitCode.CORRUPT))
                .contains("--accept-deletes");
        assertThat(Shell.run("verify", url, "--accept-deletes").success()).contains("clean: 1 tables, 1 rows");
        assertThat(Shell.run("info", url).success()).contains("notes, 1 rows", "storage.edits.refused");
    }

    @Test
    void aStoreThatAnApplicationHasOpenIsReadBesideIt() {
        String url = url(directory.resolve("store"));
        try (StorageBackend application = StorageBackend.open(StorageConfig.of(url))) {
            application.createTable(TableSchema.builder("notes")
                    .column("id", DataType.TEXT)
                    .column("n", DataType.INTEGER)
                    .primaryKey("id")
                    .build());
            application.insert("notes", Map.of("id", "a", "n", 1L));
            assertThat(Shell.run("query", url, "from notes where n = 1", "--format", "jsonl")
                            .success())
                    .contains("\"a\"");
            application.insert("notes", Map.of("id", "b", "n", 2L));
            assertThat(Shell.run("get", url, "notes", "b").success()).contains("2");
            assertThat(Shell.run("info", url).success()).contains("notes");
            assertThat(Shell.run("tables", url).success()).contains("notes");
            assertThat(Shell.run("export", url, "notes").success().lines()).hasSize(2);
        }
    }

    @Test
    void aStoreIsConvertedToLinesAndToADatabaseAndBack() throws IOException {
        String entity = url(directory.resolve("store"));
        Path sample = directory.resolve("countries.jsonl");
        try (InputStream in = new GZIPInputStream(getClass().getResourceAsStream("sample/countries.jsonl.gz"))) {
            Files.copy(in, sample);
        }
        Shell.run("import", entity, "countries", sample.toString()).success();
        Path first = directory.resolve("first");
        Path last = directory.resolve("last");
        String database = "sqlite:" + directory.resolve("store.db");

        for (String[] copy : new String[][] {
            {entity, "file:" + first + "?layout=lines"},
            {"file:" + first, database},
            {database, "file:" + last + "?layout=lines"}
        }) {
            assertThat(Shell.run("copy", copy[0], copy[1], "--verify").success())
                    .contains("same       countries: 250 rows");
            Shell.run("verify", copy[1]).success();
        }

        assertThat(Files.readString(last.resolve("countries/0001000000.jsonl")))
                .isEqualTo(Files.readString(first.resolve("countries/0001000000.jsonl")));
        assertThat(Shell.run("export", "file:" + last, "countries").success())
                .isEqualTo(Shell.run("export", entity, "countries").success());
    }
}
