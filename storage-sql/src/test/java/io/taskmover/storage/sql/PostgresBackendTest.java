package io.taskmover.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.Savepoint;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.ConfigException;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.ConnectionException;
import io.taskmover.storage.error.ConstraintException;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.QueryException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.StorageTimeoutException;
import io.taskmover.storage.query.Assignments;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Expression;
import io.taskmover.storage.query.Field;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.math.BigDecimal;
import java.net.URL;
import java.net.URLClassLoader;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;

/** What is PostgreSQL's own; what every backend does, the contract tests ask. */
class PostgresBackendTest {
    private static final TableSchema NOTES = TableSchema.builder("notes")
            .column("id", DataType.INTEGER)
            .column("text", DataType.TEXT)
            .primaryKey("id")
            .unique("text")
            .build();

    private final String url = PostgresServer.url();

    private StorageBackend open() {
        return StorageBackend.open(StorageConfig.of(url));
    }

    private static Row note(long id, String text) {
        return Row.of(NOTES.rowType(), id, text);
    }

    private static List<Row> notes(long count) {
        List<Row> rows = new ArrayList<>();
        for (long id = 1; id <= count; id++) {
            rows.add(note(id, "note " + id));
        }
        return rows;
    }

    /** What somebody else does in the same schema. */
    private void sql(String... statements) throws SQLException {
        try (Connection connection = PostgresServer.connect(url);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Ends every connection of the schema's stores, as a network or an administrator would. */
    private void cutConnections() throws SQLException {
        String schema = url.substring(url.lastIndexOf('=') + 1);
        try (Connection connection = PostgresServer.connect();
                Statement statement = connection.createStatement();
                ResultSet cut = statement.executeQuery("select pg_terminate_backend(pid) from pg_stat_activity where"
                        + " application_name = '" + schema + "'")) {
            assertThat(cut.next()).isTrue();
        }
    }

    private StorageBackend openNamed() {
        return StorageBackend.open(StorageConfig.builder(url)
                .option("ApplicationName", url.substring(url.lastIndexOf('=') + 1))
                .build());
    }

    @Test
    void aLostConnectionFailsItsTransactionAndNoOther() throws SQLException {
        try (StorageBackend store = openNamed()) {
            store.createTable(NOTES);
            store.write("notes", WriteMode.INSERT, List.of(note(1, "kept")));
            try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
                transaction.write("notes", WriteMode.INSERT, List.of(note(2, "lost")));
                cutConnections();
                assertThatThrownBy(() -> transaction.find("notes", 1L))
                        .isInstanceOf(ConnectionException.class)
                        .satisfies(e ->
                                assertThat(((StorageException) e).retryable()).isTrue());
            }
            assertThat(store.find("notes", 1L)).contains(note(1, "kept"));
            assertThat(store.find("notes", 2L)).isEmpty();
            cutConnections();
            store.write("notes", WriteMode.INSERT, List.of(note(2, "again")));
            assertThat(store.find("notes", 2L)).contains(note(2, "again"));
        }
    }

    @Test
    void aCommitWhoseAnswerIsLostIsInDoubtAndNotToBeRunAgain() throws SQLException {
        try (StorageBackend store = openNamed()) {
            store.createTable(NOTES);
            BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT);
            transaction.write("notes", WriteMode.INSERT, List.of(note(1, "a")));
            cutConnections();
            assertThatThrownBy(transaction::commit)
                    .isInstanceOf(ConnectionException.class)
                    .satisfies(
                            e -> assertThat(((StorageException) e).retryable()).isFalse());
            assertThat(transaction.isInDoubt()).isTrue();
            assertThat(store.find("notes", 1L)).isEmpty();
        }
    }

    @Test
    void aWriterWaitsForAnotherOfTheSameRowUpToItsTimeout() {
        try (StorageBackend store = open()) {
            store.createTable(NOTES);
            store.write("notes", WriteMode.INSERT, List.of(note(1, "a")));
            try (BackendTransaction first = store.begin(TransactionOptions.DEFAULT);
                    BackendTransaction second =
                            store.begin(TransactionOptions.DEFAULT.withTimeout(Duration.ofMillis(200)))) {
                first.write("notes", WriteMode.UPDATE, List.of(note(1, "b")));
                assertThatThrownBy(() -> second.write("notes", WriteMode.UPDATE, List.of(note(1, "c"))))
                        .isInstanceOf(StorageTimeoutException.class);
                first.commit();
            }
            assertThat(store.find("notes", 1L)).contains(note(1, "b"));
        }
    }

    @Test
    void ofTwoThatWaitForEachOtherOneIsToldToRunAgain() throws Exception {
        try (StorageBackend store = StorageBackend.open(
                StorageConfig.builder(url).option("lockTimeout", "20s").build())) {
            store.createTable(NOTES);
            store.write("notes", WriteMode.INSERT, List.of(note(1, "a"), note(2, "b")));
            try (BackendTransaction first = store.begin(TransactionOptions.DEFAULT);
                    BackendTransaction second = store.begin(TransactionOptions.DEFAULT)) {
                first.write("notes", WriteMode.UPDATE, List.of(note(1, "first")));
                second.write("notes", WriteMode.UPDATE, List.of(note(2, "second")));
                List<Throwable> failures = new ArrayList<>();
                Thread other = new Thread(() -> failures.add(
                        catchThrowable(() -> first.write("notes", WriteMode.UPDATE, List.of(note(2, "x"))))));
                other.start();
                failures.add(catchThrowable(() -> second.write("notes", WriteMode.UPDATE, List.of(note(1, "y")))));
                second.rollback();
                other.join();
                assertThat(failures)
                        .anySatisfy(e -> assertThat(e).isInstanceOf(ConflictException.class))
                        .allSatisfy(e -> assertThat(e == null || e instanceof ConflictException)
                                .isTrue());
            }
        }
    }

    @Test
    void changesThatDependOnTheRowAreNotLostAtReadCommittedEither() throws Exception {
        try (StorageBackend store = open()) {
            store.createTable(NOTES);
            store.write("notes", WriteMode.INSERT, List.of(note(1, "")));
            Assignments longer = new Assignments(
                    Map.of("text", new Expression.Concatenation(Path.of("text"), new Expression.Literal("x"))));
            List<Thread> writers = new ArrayList<>();
            Queue<Throwable> failures = new ConcurrentLinkedQueue<>();
            for (int i = 0; i < 4; i++) {
                Thread writer = new Thread(() -> {
                    for (int round = 0; round < 10; round++) {
                        try (BackendTransaction transaction =
                                store.begin(TransactionOptions.DEFAULT.withIsolation(Isolation.READ_COMMITTED))) {
                            transaction.update("notes", Field.field("id").eq(1L).condition(), longer);
                            transaction.commit();
                        } catch (RuntimeException e) {
                            failures.add(e);
                        }
                    }
                });
                writer.start();
                writers.add(writer);
            }
            for (Thread writer : writers) {
                writer.join();
            }
            assertThat(failures).isEmpty();
            assertThat(store.find("notes", 1L)).contains(note(1, "x".repeat(40)));
        }
    }

    @Test
    void aRefusedRowOfABatchIsNamedWhereverItIs() {
        try (StorageBackend store = open()) {
            store.createTable(NOTES);
            store.write("notes", WriteMode.INSERT, List.of(note(1_000, "note 700")));
            for (WriteMode mode : List.of(WriteMode.INSERT, WriteMode.UPSERT)) {
                assertThatThrownBy(() -> store.write("notes", mode, notes(900)))
                        .isInstanceOfSatisfying(DuplicateKeyException.class, e -> {
                            assertThat(e.table()).isEqualTo("notes");
                            assertThat(e.id()).isEqualTo(700L);
                            assertThat(e.index()).isEqualTo("ux_notes_text");
                        });
            }
            try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
                Savepoint before = transaction.savepoint();
                assertThatThrownBy(() -> transaction.write("notes", WriteMode.INSERT, notes(900)))
                        .isInstanceOf(DuplicateKeyException.class);
                transaction.rollbackTo(before);
                transaction.write("notes", WriteMode.INSERT, notes(699));
                transaction.commit();
            }
            assertThat(count(store)).isEqualTo(700);
        }
    }

    @Test
    void aValueTooLongForItsIndexIsRefusedAsARowIs() {
        StringBuilder text = new StringBuilder();
        new Random(7).ints(20_000, 0x20, 0xD7FF).forEach(text::appendCodePoint);
        try (StorageBackend store = open()) {
            store.createTable(NOTES);
            assertThatThrownBy(() -> store.write("notes", WriteMode.INSERT, List.of(note(1, text.toString()))))
                    .isInstanceOf(ConstraintException.class)
                    .hasMessageContaining("'1'");
            assertThat(count(store)).isZero();
        }
    }

    private static long count(StorageBackend store) {
        try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY)) {
            return transaction.count(Select.from("notes"));
        }
    }

    @Test
    void aLongResultIsFetchedInParts() throws SQLException {
        try (StorageBackend store = openNamed()) {
            store.createTable(NOTES);
            store.write("notes", WriteMode.INSERT, notes(5_000));
            try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY);
                    RowCursor cursor = transaction.select(Select.from("notes"))) {
                assertThat(cursor.next()).isEqualTo(note(1, "note 1"));
                cutConnections();
                // what comes later has not been fetched, so that it cannot be had any more
                assertThatThrownBy(() -> cursor.forEachRemaining(row -> {})).isInstanceOf(ConnectionException.class);
            }
        }
    }

    @Test
    void aListIsOneParameterHoweverLong() {
        TableSchema measures = TableSchema.builder("measures")
                .column("id", DataType.INTEGER)
                .column("at", DataType.TIMESTAMP)
                .column("value", DataType.DECIMAL)
                .column("real", DataType.REAL)
                .column("key", DataType.UUID)
                .column("day", DataType.DATE)
                .column("ok", DataType.BOOLEAN)
                .column("note", DataType.JSON)
                .primaryKey("id")
                .build();
        try (StorageBackend store = open()) {
            store.createTable(measures);
            List<Row> rows = new ArrayList<>();
            for (long id = 0; id < 40; id++) {
                rows.add(Row.of(
                        measures.rowType(),
                        id,
                        Instant.ofEpochSecond(id, 5),
                        BigDecimal.valueOf(id, 2),
                        id / 8.0,
                        new UUID(1, id),
                        LocalDate.of(2026, 1, 1).plusDays(id),
                        id % 2 == 0,
                        Map.of("name", "n\"," + id)));
            }
            store.write("measures", WriteMode.INSERT, rows);
            for (String column : List.of("id", "at", "value", "real", "key", "day", "ok", "note.name")) {
                List<Object> wanted = new ArrayList<>();
                for (Row row : rows.subList(5, 9)) {
                    wanted.add(
                            column.startsWith("note")
                                    ? ((Map<?, ?>) Objects.requireNonNull(row.get("note"))).get("name")
                                    : row.get(column));
                }
                List<Row> expected = column.equals("ok") ? rows : rows.subList(5, 9);
                Select select = Select.from("measures")
                        .where(Condition.in(Path.parse(column), wanted))
                        .orderBy(List.of(new Sort(Path.of("id"), false)));
                assertThat(store.select(select, row -> row)).as(column).isEqualTo(expected);
            }
            List<Object> many = new ArrayList<>();
            for (long id = 0; id < 100_000; id++) {
                many.add(id * 3);
            }
            Select select = Select.from("measures").where(Condition.in(Path.of("id"), many));
            assertThat(store.select(select, row -> row)).hasSize(14);
            try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY)) {
                assertThat(transaction.explain(select).detail())
                        .contains("= ANY (")
                        .doesNotContain("tests each row");
            }
        }
    }

    /** Plans are logged, and a log is no place for values. */
    @Test
    void aPlanTellsNoValues() {
        try (StorageBackend store = StorageBackend.open(StorageConfig.of(url))) {
            store.createTable(TableSchema.builder("plans4711")
                    .column("id", DataType.TEXT)
                    .column("holder", DataType.TEXT)
                    .column("n", DataType.INTEGER)
                    .primaryKey("id")
                    .index("holder")
                    .index("n")
                    .build());
            try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY)) {
                for (Condition condition : List.of(
                        Condition.eq(Path.of("holder"), "it's a s3cret"),
                        Condition.in(Path.of("holder"), List.of("it's a s3cret", "another s3cret")),
                        Condition.compare(Path.of("n"), Condition.Operator.GT, 987_654_321L),
                        Condition.compare(Path.of("n"), Condition.Operator.LT, -987_654_321L))) {
                    String detail = transaction
                            .explain(Select.from("plans4711").where(condition))
                            .detail();
                    assertThat(detail).contains("?").doesNotContain("cret").doesNotContain("987");
                }
            }
        }
    }

    @Test
    void whoHoldsTheConnectionsIsNamedWhenThereIsNoneLeft() {
        try (StorageBackend store = StorageBackend.open(StorageConfig.builder(url)
                .poolSize(1)
                .timeout(Duration.ofMillis(300))
                .build())) {
            store.createTable(NOTES);
            try (BackendTransaction forgotten = store.begin(TransactionOptions.READ_ONLY)) {
                assertThat(forgotten.find("notes", 1L)).isEmpty();
                assertThatThrownBy(() -> store.find("notes", 1L))
                        .isInstanceOf(StorageTimeoutException.class)
                        .hasMessageContaining(
                                "by thread '" + Thread.currentThread().getName() + "' since 0 s")
                        .hasMessageContaining("raise poolSize");
            }
            assertThat(store.find("notes", 1L)).isEmpty();
        }
    }

    @Test
    void aChangeOfTheTablesByAnotherStoreIsSeenByTheNextTransaction() {
        try (StorageBackend one = open();
                StorageBackend other = open()) {
            one.createTable(NOTES);
            other.write("notes", WriteMode.INSERT, List.of(note(1, "a")));
            assertThat(other.find("notes", 1L)).isPresent();
            try (BackendTransaction transaction = one.begin(TransactionOptions.DEFAULT)) {
                transaction.catalog().drop("notes");
                transaction
                        .catalog()
                        .create(TableSchema.builder("notes")
                                .column("id", DataType.TEXT)
                                .column("n", DataType.INTEGER)
                                .primaryKey("id")
                                .build());
                transaction.commit();
            }
            assertThat(other.find("notes", "x")).isEmpty();
            other.insert("notes", Map.of("id", "x", "n", 5));
            assertThat(one.find("notes", "x").orElseThrow().get("n")).isEqualTo(5L);
        }
    }

    @Test
    void aColumnThatAnotherStoreAddsIsSeenByTheNextSelection() {
        try (StorageBackend one = open();
                StorageBackend other = open()) {
            one.createTable(NOTES);
            other.write("notes", WriteMode.INSERT, List.of(note(1, "a")));
            assertThat(other.select(Select.from("notes"), Row::toMap)).containsExactly(Map.of("id", 1L, "text", "a"));
            try (BackendTransaction transaction = one.begin(TransactionOptions.DEFAULT)) {
                transaction
                        .catalog()
                        .addColumn("notes", Column.of("n", DataType.INTEGER).withDefault(5L));
                transaction.commit();
            }
            assertThat(other.select(Select.from("notes"), Row::toMap))
                    .containsExactly(Map.of("id", 1L, "text", "a", "n", 5L));
        }
    }

    @Test
    void namesThatAreTooLongOrReservedAreStoredUnderOthers() throws SQLException {
        String prefix = "é".repeat(31);
        TableSchema first = TableSchema.builder(prefix + "-a-very-long-end")
                .column("ctid", DataType.INTEGER)
                .column(prefix + "-one-column", DataType.DECIMAL)
                .column(prefix + "-another-column", DataType.DECIMAL)
                .primaryKey("ctid")
                .index(new Index(prefix + "-an-index", List.of(prefix + "-one-column"), false))
                .build();
        TableSchema second = TableSchema.builder(prefix + "-another-long-end")
                .column("xmin", DataType.TEXT)
                .primaryKey("xmin")
                .build();
        TableSchema catalog = TableSchema.builder("pg_class")
                .column("id", DataType.INTEGER)
                .primaryKey("id")
                .generatedKey()
                .build();
        try (StorageBackend store = open()) {
            for (TableSchema schema : List.of(first, second, catalog)) {
                store.createTable(schema);
                assertThat(store.schemaOf(schema.name())).isEqualTo(schema);
            }
            store.write(
                    first.name(),
                    WriteMode.INSERT,
                    List.of(Row.of(first.rowType(), 1L, new BigDecimal("1.50"), new BigDecimal("2.5"))));
            assertThat(store.find(first.name(), 1L).orElseThrow().get(2)).isEqualTo(new BigDecimal("2.5"));
            assertThat(store.find(second.name(), "a")).isEmpty();
            assertThat(store.insert("pg_class", Map.of())).isEqualTo(1L);
        }
        try (Connection connection = PostgresServer.connect(url);
                Statement statement = connection.createStatement();
                ResultSet longest = statement.executeQuery("select max(octet_length(relname)) from pg_class")) {
            assertThat(longest.next()).isTrue();
            assertThat(longest.getInt(1)).isLessThanOrEqualTo(63);
        }
    }

    @Test
    void whatNoDatabaseHoldsIsRefusedBeforeItIsAsked() {
        try (StorageBackend store = open()) {
            store.createTable(NOTES);
            assertThat(store.find("notes", 1L)).isEmpty();
            try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY)) {
                for (String pattern : List.of("a\0b", "a\0%", "%\0%", "_\uD800")) {
                    Condition matches = Field.field("text").like(pattern).condition();
                    assertThatThrownBy(
                                    () -> transaction.count(Select.from("notes").where(matches)))
                            .isInstanceOf(QueryException.class);
                    assertThat(transaction.find("notes", 1L)).isEmpty();
                }
                Condition equals = Field.field("text").eq("a\0b").condition();
                assertThatThrownBy(() -> transaction.count(Select.from("notes").where(equals)))
                        .isInstanceOf(QueryException.class);
                // the transaction has met no error of the database
                assertThat(transaction.find("notes", 1L)).isEmpty();
            }
        }
    }

    @Test
    void aStoreThatOnlyReadsMakesNothing() throws SQLException {
        sql("create table bills (no integer primary key)");
        try (StorageBackend store = StorageBackend.open(
                StorageConfig.builder(url).option("mode", "ro").build())) {
            assertThat(store.schemaOf("bills").primaryKey()).containsExactly("no");
        }
        try (StorageBackend store = open()) {
            store.insert("bills", Map.of("no", 1));
            try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY)) {
                assertThat(transaction.catalog().tables()).containsExactly("bills");
            }
        }
        try (Connection connection = PostgresServer.connect(url);
                Statement statement = connection.createStatement();
                ResultSet tables =
                        statement.executeQuery("select count(*) from pg_tables where schemaname = current_schema()")) {
            assertThat(tables.next()).isTrue();
            assertThat(tables.getInt(1)).isOne();
        }
    }

    @Test
    void withoutTheDriverTheArtifactToAddIsNamed() throws Exception {
        try (URLClassLoader empty = new URLClassLoader(new URL[0], ClassLoader.getPlatformClassLoader())) {
            assertThatThrownBy(() -> PostgresDriver.require(empty))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("org.postgresql:postgresql");
        }
        assertThatCode(() -> PostgresDriver.require(PostgresBackendTest.class.getClassLoader()))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "postgresql://user:s3cret@127.0.0.1:1/db",
                "jdbc:postgresql://user:s3cret@127.0.0.1:1/db?timeout=300ms",
                "postgresql://user:s3cret@:s3cret@127.0.0.1:1/db",
                "postgresql://user:s3cret%zz@127.0.0.1:1/db",
                "postgresql://user:s3cret@no such host/db",
                "postgresql://user:s3cret/x@127.0.0.1:1/db",
                "postgresql://user:s3cret@127.0.0.1:99999/db",
                "postgresql:user:s3cret@127.0.0.1:1/db",
                "postgresql://127.0.0.1:1/db?user=user&password=s3cret&timeout=300ms",
                "postgresql://127.0.0.1:1/db?user=user&password=s3cret&passwort=s3cret",
                "postgresql://127.0.0.1:1/db?user=user&password=s3cret&sslmode=unheard",
            })
    void aPasswordIsShownNowhere(String address) {
        StorageException failure = catchThrowableOfType(
                StorageException.class,
                () -> StorageBackend.open(StorageConfig.builder(address)
                        .timeout(Duration.ofMillis(300))
                        .build()));
        StringWriter shown = new StringWriter();
        failure.printStackTrace(new PrintWriter(shown));
        StorageConfig config = StorageConfig.of(address);
        assertThat(shown + " " + config).doesNotContain("s3cret");
        if (config.location().startsWith("//")) {
            assertThat(config.address()).doesNotContain("s3cret");
        }
    }

    @Test
    void anAddressIsReadWholeAndDecoded() {
        ServerUrl all = PostgresDriver.url(
                StorageConfig.of("jdbc:postgresql://a%40b:p%3A%2F%3F+x@db.example.org:6432/my%20base?sslmode=require"));
        assertThat(List.of(all.user(), all.password(), all.host(), all.port(), all.database()))
                .containsExactly("a@b", "p:/?+x", "db.example.org", 6432, "my base");
        assertThat(all.isLocal()).isFalse();
        ServerUrl least = PostgresDriver.url(StorageConfig.of("postgresql://ann@[::1]"));
        assertThat(List.of(least.user(), least.port(), least.database())).containsExactly("ann", 5432, "ann");
        assertThat(least.password()).isNull();
        assertThat(least.isLocal()).isTrue();
    }

    @Test
    void connectionsToOtherMachinesAreEncryptedAndVerifiedUnlessOneSaysOtherwise() {
        assertThat(sslMode("postgresql://u@db.example.org/x")).isEqualTo("verify-full");
        assertThat(sslMode("postgresql://u@127.0.0.1/x")).isEqualTo("prefer");
        assertThat(sslMode("postgresql://u@localhost.example.org/x")).isEqualTo("verify-full");
        assertThat(sslMode("postgresql://u@db.example.org/x?sslmode=require")).isEqualTo("require");
    }

    private static String sslMode(String address) {
        StorageConfig config = StorageConfig.of(address);
        return ((PGSimpleDataSource) PostgresDriver.dataSource(PostgresDriver.url(config), config)).getSslMode();
    }

    @Test
    void aServerThatIsNotThereIsAConnectionThatCannotBeMade() {
        assertThatThrownBy(() -> StorageBackend.open(StorageConfig.of("postgresql://u@127.0.0.1:1/x?timeout=300ms")))
                .isInstanceOf(ConnectionException.class);
        assertThatThrownBy(
                        () -> StorageBackend.open(StorageConfig.of("postgresql://u@127.0.0.1:1/x?socketFactory=evil")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("socketFactory");
    }
}
