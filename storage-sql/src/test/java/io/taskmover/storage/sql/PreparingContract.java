package io.taskmover.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.Repository;
import io.taskmover.storage.Storage;
import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Decisions;
import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import io.taskmover.storage.transaction.RetryPolicy;
import io.taskmover.storage.transaction.TransactionManager;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A database of a server in one commit with a folder of files, which decides: the database prepares. */
@Timeout(60)
abstract class PreparingContract {
    private static final TableSchema ITEMS = TableSchema.builder("items")
            .column("id", DataType.TEXT)
            .column("n", DataType.INTEGER)
            .primaryKey("id")
            .build();

    record Item(String id, long n) {}

    @TempDir
    Path root;

    private String url;
    private String files;

    /** The URL of a new database, with options. */
    abstract String database();

    /** A connection to a database, as others have it. */
    abstract Connection connect(String database) throws SQLException;

    /** Ends the connections of those who have the database open, as a fault of the network would. */
    abstract void cut(Statement statement, String globalId) throws SQLException;

    /** Leaves something prepared that is not this library's, which changes a table {@code others}; says how to end it. */
    abstract String prepareAnothers(Statement statement) throws SQLException;

    @BeforeEach
    void name() {
        url = database();
        files = "file:" + root.resolve("files");
    }

    final String url() {
        return url;
    }

    private static Repository<Item, String> items(Storage storage) {
        return storage.repository(Item.class, String.class);
    }

    private static StorageBackend open(String url) {
        return StorageBackend.open(StorageConfig.of(url));
    }

    private PreparedTransaction global(String decider) {
        return new PreparedTransaction(
                UUID.randomUUID().toString(), decider, Instant.parse("2026-01-02T03:04:05.678901234Z"));
    }

    /** Prepares a branch that inserts a row, and leaves it. */
    private PreparedTransaction leavePrepared(String decider) {
        PreparedTransaction global = global(decider);
        try (StorageBackend database = open(url)) {
            database.createTable(ITEMS);
            prepared(database, global).close();
            assertThat(database.inDoubt()).containsExactly(global);
        }
        return global;
    }

    private static BackendTransaction prepared(StorageBackend database, PreparedTransaction global) {
        BackendTransaction branch = database.begin(TransactionOptions.DEFAULT.asBranchOf(global));
        branch.write("items", WriteMode.INSERT, List.of(Row.of(ITEMS.rowType(), "a", 1L)));
        branch.prepare(global);
        return branch;
    }

    private static boolean hasRow(StorageBackend database) {
        return database.find("items", "a").isPresent();
    }

    @Test
    void bothCommitOrNone() {
        try (Storage folder = Storage.open(files);
                Storage database = Storage.open(url)) {
            Repository<Item, String> inFolder = items(folder);
            Repository<Item, String> inDatabase = items(database);
            TransactionManager.across(folder, database).transaction(tx -> {
                inFolder.save(new Item("a", 1));
                inDatabase.save(new Item("a", 1));
            });
            assertThatThrownBy(() -> TransactionManager.across(folder, database).transaction(tx -> {
                        inDatabase.save(new Item("b", 1));
                        tx.beforeCommit(() -> inFolder.insert(new Item("a", 2)));
                    }))
                    .isInstanceOf(DuplicateKeyException.class);
            assertThatThrownBy(() -> TransactionManager.across(folder, database).transaction(tx -> {
                        inFolder.save(new Item("b", 1));
                        tx.beforeCommit(() -> inDatabase.insert(new Item("a", 2)));
                    }))
                    .isInstanceOf(DuplicateKeyException.class);
            assertThat(inFolder.findAll()).containsExactly(new Item("a", 1));
            assertThat(inDatabase.findAll()).containsExactly(new Item("a", 1));
            assertThat(Decisions.all(folder.backend())).hasSize(1);
            assertThat(database.backend().inDoubt()).isEmpty();
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
                    for (int k = 0; k < 5; k++) {
                        TransactionManager.across(folder, database)
                                .retrying(RetryPolicy.attempts(1_000))
                                .transaction(tx -> {
                                    add(inDatabase);
                                    add(inFolder);
                                });
                    }
                }));
            }
            threads.forEach(CompletableFuture::join);
            assertThat(inFolder.findById("n").orElseThrow().n()).isEqualTo(20);
            assertThat(inDatabase.findById("n").orElseThrow().n()).isEqualTo(20);
            assertThat(database.backend().inDoubt()).isEmpty();
        }
    }

    private static void add(Repository<Item, String> items) {
        items.save(new Item("n", items.findById("n").orElseThrow().n() + 1));
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsLeftEndsAsItsDeciderSaysWhenTheDatabaseIsOpened(boolean committed) {
        PreparedTransaction global = leavePrepared(files);
        try (StorageBackend decider = open(files)) {
            Decisions.createTable(decider);
            if (committed) {
                try (BackendTransaction deciding = decider.begin(TransactionOptions.DEFAULT)) {
                    deciding.decide(global, List.of(files, url));
                    deciding.commit();
                }
            }
        }
        try (StorageBackend reader = open(url + "&mode=ro")) {
            assertThat(reader.inDoubt()).as("who only reads decides nothing").containsExactly(global);
        }
        try (StorageBackend database = open(url)) {
            assertThat(database.inDoubt()).isEmpty();
            assertThat(hasRow(database)).isEqualTo(committed);
        }
    }

    /** It has not decided, and is not gone: to roll its branch back would be wrong. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void aBranchWhoseDeciderIsAboutToDecideIsLeftToIt(boolean commit) {
        PreparedTransaction global = global(files);
        try (StorageBackend decider = open(files);
                StorageBackend database = open(url)) {
            Decisions.createTable(decider);
            database.createTable(ITEMS);
            try (BackendTransaction deciding = decider.begin(TransactionOptions.DEFAULT)) {
                deciding.decide(global, List.of());
                try (BackendTransaction branch = prepared(database, global)) {
                    try (StorageBackend second = open(url + "&timeout=1s")) {
                        assertThat(second.inDoubt()).containsExactly(global);
                    }
                    if (commit) {
                        deciding.commit();
                        branch.commit();
                    } else {
                        deciding.rollback();
                        branch.rollback();
                    }
                }
            }
            assertThat(database.inDoubt()).isEmpty();
            assertThat(hasRow(database)).isEqualTo(commit);
        }
    }

    /** Whoever opens the database in the middle of a commit finds the branch, and has to see that it is not abandoned. */
    @Test
    void whoOpensTheDatabaseInTheMiddleOfACommitLeavesItAlone() {
        AtomicInteger found = new AtomicInteger();
        Runnable look = () -> {
            try (StorageBackend second = open(url + "&timeout=1s")) {
                found.addAndGet(second.inDoubt().size());
            }
        };
        try (Storage folder = Storage.open(files);
                Storage database = Storage.open(url)) {
            Repository<Item, String> inFolder = items(folder);
            Repository<Item, String> inDatabase = items(database);
            TransactionManager.across(folder, new SteppedParticipant(database, look))
                    .transaction(tx -> {
                        inFolder.save(new Item("a", 1));
                        inDatabase.save(new Item("a", 1));
                    });
            assertThat(found.get()).as("when it was prepared").isPositive();
            assertThat(inFolder.count()).isEqualTo(1);
            assertThat(inDatabase.count()).isEqualTo(1);
        }
    }

    /** A client that is killed while it commits leaves a server that carries it out a moment later. */
    @Test
    void aFolderInDoubtWaitsForTheServerThatIsStillDecidingOnIt() throws Exception {
        PreparedTransaction global = global(StorageConfig.of(url).address());
        try (StorageBackend folder = open(files)) {
            folder.createTable(ITEMS);
            prepared(folder, global).close();
        }
        try (StorageBackend database = open(url)) {
            Decisions.createTable(database);
            try (BackendTransaction deciding = database.begin(TransactionOptions.DEFAULT)) {
                deciding.decide(global, List.of());
                CompletableFuture<Boolean> committed = CompletableFuture.supplyAsync(() -> {
                    try (StorageBackend folder = open(files)) {
                        return hasRow(folder);
                    }
                });
                assertThatThrownBy(() -> committed.get(500, TimeUnit.MILLISECONDS))
                        .isInstanceOf(TimeoutException.class);
                deciding.commit();
                assertThat(committed.get()).isTrue();
            }
        }
    }

    @Test
    void aBranchSeesWhatWasCommittedWhenItBegan() throws SQLException {
        try (Connection connection = connect(url);
                Statement statement = connection.createStatement();
                StorageBackend database = open(url)) {
            statement.execute("create table others (id int primary key, n int)");
            statement.execute("insert into others values (1, 1)");
            try (BackendTransaction branch = database.begin(TransactionOptions.DEFAULT.asBranchOf(global(files)))) {
                statement.execute("update others set n = 2");
                assertThat(branch.find("others", 1L).orElseThrow().get("n")).isEqualTo(1L);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whatIsPreparedOutlivesItsConnection(boolean commit) throws SQLException {
        PreparedTransaction global = global(files);
        try (StorageBackend database = open(url)) {
            database.createTable(ITEMS);
            try (BackendTransaction branch = prepared(database, global)) {
                try (Connection connection = connect(url);
                        Statement statement = connection.createStatement()) {
                    cut(statement, global.globalId());
                }
                if (commit) {
                    branch.commit();
                } else {
                    branch.rollback();
                }
            }
            assertThat(database.inDoubt()).isEmpty();
            assertThat(hasRow(database)).isEqualTo(commit);
        }
    }

    /** The path of a decider means another file there. */
    @Test
    void whatAnotherMachineBeganIsNotDecidedHereButByHand() throws SQLException {
        PreparedTransaction global = leavePrepared(files);
        try (StorageBackend decider = open(files)) {
            Decisions.createTable(decider);
        }
        try (Connection connection = connect(url);
                Statement statement = connection.createStatement()) {
            assertThat(statement.executeUpdate("update _storage_deciders set machine = 'another'"))
                    .isEqualTo(1);
        }
        try (StorageBackend database = open(url)) {
            assertThat(database.inDoubt()).containsExactly(global);
            assertThat(hasRow(database)).isFalse();
        }
        try (StorageBackend database = open(url + "&inDoubt=commit:" + global.globalId())) {
            assertThat(database.inDoubt()).isEmpty();
            assertThat(hasRow(database)).isTrue();
        }
    }

    /** Who cannot reach the decider can use the rest of the database. */
    @Test
    void withoutItsDeciderABranchStaysInDoubtAndCanBeDecidedByHand() {
        PreparedTransaction global = leavePrepared("file:" + root.resolve("gone"));
        try (StorageBackend database = open(url)) {
            assertThat(database.inDoubt()).containsExactly(global);
            assertThat(database.write("items", WriteMode.INSERT, List.of(Row.of(ITEMS.rowType(), "b", 1L))))
                    .hasSize(1);
        }
        try (StorageBackend database = open(url + "&inDoubt=rollback:" + global.globalId())) {
            assertThat(database.inDoubt()).isEmpty();
            assertThat(hasRow(database)).isFalse();
        }
    }

    @Test
    void whatOthersHavePreparedIsLeftAlone() throws SQLException {
        String another = database();
        try (Connection connection = connect(url)) {
            String end;
            try (Statement statement = connection.createStatement()) {
                statement.execute("create table others (id int primary key)");
                end = prepareAnothers(statement);
            }
            PreparedTransaction global = leavePrepared(files);
            try (StorageBackend decider = open(files)) {
                Decisions.createTable(decider);
            }
            try (StorageBackend other = open(another)) {
                assertThat(other.inDoubt()).as("of another store in the server").isEmpty();
            }
            try (StorageBackend reader = open(url + "&mode=ro")) {
                assertThat(reader.inDoubt()).containsExactly(global);
            }
            try (StorageBackend database = open(url)) {
                assertThat(database.inDoubt()).isEmpty();
            }
            try (Statement statement = connection.createStatement()) {
                statement.execute(end); // it would fail if there were nothing any more
            }
        }
    }

    @Test
    void aTransactionThatNobodyDecidesIsRefusedAtBegin() {
        try (StorageBackend database = open(url)) {
            assertThatThrownBy(() -> database.begin(TransactionOptions.DEFAULT.asBranchOf(global(""))))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("keeps the decision");
        }
    }
}
