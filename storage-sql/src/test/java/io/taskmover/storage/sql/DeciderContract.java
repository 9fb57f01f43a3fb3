package io.taskmover.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.Repository;
import io.taskmover.storage.Storage;
import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Decisions;
import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.transaction.RetryPolicy;
import io.taskmover.storage.transaction.TransactionManager;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A database in one commit with a folder of files, for which it decides. */
@Timeout(60)
abstract class DeciderContract {
    record Item(String id, long n) {}

    @TempDir
    Path root;

    private String url;
    private String files;

    /** The URL of a new database. */
    abstract String database();

    @BeforeEach
    void name() {
        url = database();
        files = "file:" + root.resolve("files");
    }

    /** The folder of files beside the database. */
    final String files() {
        return files;
    }

    private static Repository<Item, String> items(Storage storage) {
        return storage.repository(Item.class, String.class);
    }

    @Test
    void bothCommitOrNone() {
        try (Storage folder = Storage.open(files);
                Storage database = Storage.open(url)) {
            Repository<Item, String> inFolder = items(folder);
            Repository<Item, String> inDatabase = items(database);
            TransactionManager.across(database, folder).transaction(tx -> {
                inFolder.save(new Item("a", 1));
                inDatabase.save(new Item("a", 1));
            });
            assertThatThrownBy(() -> TransactionManager.across(database, folder).transaction(tx -> {
                        inFolder.save(new Item("b", 1));
                        inDatabase.save(new Item("b", 1));
                        throw new IOException("stop");
                    }))
                    .isInstanceOf(IOException.class);
            assertThatThrownBy(() -> TransactionManager.across(database, folder).transaction(tx -> {
                        inFolder.save(new Item("b", 1));
                        tx.beforeCommit(() -> inDatabase.insert(new Item("a", 2)));
                    }))
                    .isInstanceOf(DuplicateKeyException.class);
            assertThat(inFolder.findAll()).containsExactly(new Item("a", 1));
            assertThat(inDatabase.findAll()).containsExactly(new Item("a", 1));
            assertThat(Decisions.all(database.backend())).hasSize(1);
            assertThat(folder.backend().inDoubt()).isEmpty();
        }
    }

    @Test
    void manyThreadsCount() {
        try (Storage folder = Storage.open(files);
                Storage database = Storage.open(url)) {
            Repository<Item, String> inFolder = items(folder);
            Repository<Item, String> inDatabase = items(database);
            inFolder.save(new Item("n", 0));
            inDatabase.save(new Item("n", 0));
            List<CompletableFuture<Void>> threads = new ArrayList<>();
            for (int i = 0; i < 4; i++) {
                threads.add(CompletableFuture.runAsync(() -> {
                    for (int k = 0; k < 10; k++) {
                        TransactionManager.across(database, folder)
                                .retrying(RetryPolicy.attempts(1_000))
                                .transaction(tx -> {
                                    inFolder.save(new Item(
                                            "n",
                                            inFolder.findById("n").orElseThrow().n() + 1));
                                    inDatabase.save(new Item(
                                            "n",
                                            inDatabase
                                                            .findById("n")
                                                            .orElseThrow()
                                                            .n()
                                                    + 1));
                                });
                    }
                }));
            }
            threads.forEach(CompletableFuture::join);
            assertThat(inFolder.findById("n").orElseThrow().n()).isEqualTo(40);
            assertThat(inDatabase.findById("n").orElseThrow().n()).isEqualTo(40);
        }
    }

    /** The commit of the database is the decision: what a listener to it does comes too late. */
    @Test
    void aListenerThatFailsUndoesNothing() {
        try (Storage folder = Storage.open(files);
                Storage database = Storage.open(url)) {
            Repository<Item, String> inFolder = items(folder);
            Repository<Item, String> inDatabase = items(database);
            database.backend().onCommit((origin, changes) -> {
                throw new IllegalStateException("a listener");
            });
            TransactionManager.across(database, folder).transaction(tx -> {
                inFolder.save(new Item("a", 1));
                inDatabase.save(new Item("a", 1));
            });
            assertThat(inFolder.count()).isEqualTo(1);
            assertThat(inDatabase.count()).isEqualTo(1);
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aFolderInDoubtAsksTheDatabase(boolean committed) {
        PreparedTransaction transaction =
                new PreparedTransaction("global-1", StorageConfig.of(url).address(), Instant.EPOCH);
        try (Storage database = Storage.open(url)) {
            Decisions.createTable(database.backend());
            if (committed) {
                try (BackendTransaction deciding = database.backend().begin(TransactionOptions.DEFAULT)) {
                    deciding.decide(transaction, List.of(files, url));
                    deciding.commit();
                }
            }
        }
        try (Storage folder = Storage.open(files)) {
            items(folder);
            try (BackendTransaction branch =
                    folder.backend().begin(TransactionOptions.DEFAULT.asBranchOf(transaction))) {
                Row row = Row.of(folder.backend().schemaOf("item").rowType(), "a", 1L);
                branch.write("item", WriteMode.INSERT, List.of(row));
                branch.prepare(transaction);
            }
        }
        try (Storage folder = Storage.open(files)) {
            assertThat(items(folder).exists("a")).isEqualTo(committed);
        }
    }
}
