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
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is MariaDB's and MySQL's own; what every backend does, the contract tests ask. */
class MariadbBackendTest {
    private static final TableSchema NOTES = TableSchema.builder("notes")
            .column("id", DataType.INTEGER)
            .column("text", DataType.TEXT)
            .primaryKey("id")
            .unique("text")
            .build();
    private static final TableSchema OTHERS = TableSchema.builder("others")
            .column("id", DataType.INTEGER)
            .primaryKey("id")
            .build();

    private final String url = MariadbServer.url(scheme());

    String scheme() {
        return "mariadb";
    }

    private MariadbDriver driver() {
        return scheme().equals("mysql") ? MariadbDriver.MYSQL : MariadbDriver.MARIADB;
    }

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
        try (Connection connection = MariadbServer.connect(url);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    /** Ends every connection to this test's database, as a network or an administrator would. */
    private void cutConnections() throws SQLException {
        try (Connection connection = MariadbServer.connect(url);
                Statement statement = connection.createStatement();
                Statement killing = connection.createStatement();
                ResultSet others = statement.executeQuery("select id from information_schema.processlist"
                        + " where db = database() and id <> connection_id()")) {
            while (others.next()) {
                killing.execute("kill " + others.getLong(1));
            }
        }
    }

    @Test
    void aLostConnectionFailsItsTransactionAndNoOther() throws SQLException {
        try (StorageBackend store = open()) {
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
        try (StorageBackend store = open()) {
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
                    BackendTransaction second = store.begin(TransactionOptions.DEFAULT
                            .withIsolation(Isolation.READ_COMMITTED)
                            .withTimeout(Duration.ofMillis(200)));
                    BackendTransaction third = store.begin(TransactionOptions.DEFAULT)) {
                first.write("notes", WriteMode.UPDATE, List.of(note(1, "b")));
                assertThatThrownBy(() -> second.write("notes", WriteMode.UPDATE, List.of(note(1, "c"))))
                        .isInstanceOf(StorageTimeoutException.class);
                // who could only lose does not wait
                assertThatThrownBy(() -> third.write("notes", WriteMode.UPDATE, List.of(note(1, "d"))))
                        .isInstanceOf(ConflictException.class);
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

    private static long count(StorageBackend store) {
        try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY)) {
            return transaction.count(Select.from("notes"));
        }
    }

    @Test
    void aLongResultIsFetchedInParts() throws SQLException {
        try (StorageBackend store = open()) {
            store.createTable(NOTES);
            String longer = "x".repeat(4_000);
            for (long part = 0; part < 10; part++) {
                List<Row> rows = new ArrayList<>();
                for (long id = 1; id <= 1_000; id++) {
                    rows.add(note(1_000 * part + id, "note " + (1_000 * part + id) + longer));
                }
                store.write("notes", WriteMode.INSERT, rows);
            }
            try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY);
                    RowCursor cursor = transaction.select(Select.from("notes"))) {
                assertThat(cursor.next()).isEqualTo(note(1, "note 1" + longer));
                cutConnections();
                // what comes later has not been fetched, so that it cannot be had any more
                assertThatThrownBy(() -> cursor.forEachRemaining(row -> {})).isInstanceOf(ConnectionException.class);
            }
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
    void namesThatCannotBeAreStoredUnderOthers() {
        String prefix = "日".repeat(29);
        TableSchema first = TableSchema.builder(prefix + "-a-very-long-end")
                .column("primary", DataType.INTEGER)
                .column(prefix + "-one-column", DataType.DECIMAL)
                .column(prefix + "-another-column", DataType.DECIMAL)
                .column("größe", DataType.TEXT)
                .column("GROSSE", DataType.TEXT)
                .column("grosse", DataType.TEXT)
                .column("😀 ", DataType.TEXT)
                .primaryKey("primary")
                .index(new Index(prefix + "-an-index", List.of(prefix + "-one-column"), false))
                .build();
        TableSchema second = TableSchema.builder(prefix + "-another-long-end")
                .column("FTS_DOC_ID", DataType.TEXT)
                .primaryKey("FTS_DOC_ID")
                .build();
        TableSchema hidden = TableSchema.builder("_storage_tables")
                .column("id", DataType.INTEGER)
                .primaryKey("id")
                .generatedKey()
                .build();
        try (StorageBackend store = open()) {
            for (TableSchema schema : List.of(first, second, hidden)) {
                store.createTable(schema);
                assertThat(store.schemaOf(schema.name())).isEqualTo(schema);
            }
            Row row = Row.of(first.rowType(), 1L, new BigDecimal("1.50"), new BigDecimal("2.5"), "a", "b", "c", "d");
            store.write(first.name(), WriteMode.INSERT, List.of(row));
            assertThat(store.find(first.name(), 1L)).contains(row);
            assertThat(store.find(second.name(), "a")).isEmpty();
            assertThat(store.insert("_storage_tables", Map.of())).isEqualTo(1L);
        }
    }

    @Test
    void namesThatTheServerTakesForTheSameAreFoldedToTheSame() throws SQLException {
        Map<String, String> folded = new HashMap<>();
        NameRules rules = new MariadbNames();
        try (Connection connection = MariadbServer.connect(url);
                PreparedStatement statement = connection.prepareStatement(
                        "select hex(weight_string(convert(? using utf8mb3) collate utf8mb3_general_ci))")) {
            for (int point = 1; point <= Character.MAX_VALUE; point++) {
                if (!Character.isSurrogate((char) point)) {
                    String letter = Character.toString(point);
                    statement.setString(1, letter);
                    try (ResultSet weight = statement.executeQuery()) {
                        assertThat(weight.next()).isTrue();
                        String before = folded.putIfAbsent(weight.getString(1), rules.folded(letter));
                        assertThat(before == null || before.equals(rules.folded(letter)))
                                .as("U+%04x", point)
                                .isTrue();
                    }
                }
            }
        }
    }

    @Test
    void uniqueTextsAreComparedWholeHoweverLongTheyAre() {
        try (StorageBackend store = open()) {
            store.createTable(NOTES);
            String text = "é".repeat(100_000);
            store.write("notes", WriteMode.INSERT, List.of(note(1, text + "a"), note(2, text + "b")));
            for (WriteMode mode : List.of(WriteMode.INSERT, WriteMode.UPSERT)) {
                assertThatThrownBy(() -> store.write("notes", mode, List.of(note(3, text + "b"))))
                        .isInstanceOfSatisfying(
                                DuplicateKeyException.class,
                                e -> assertThat(e.index()).isEqualTo("ux_notes_text"));
            }
            assertThat(count(store)).isEqualTo(2);
        }
    }

    @Test
    void theOrderOfTextsIsThatOfCodePoints() {
        List<String> texts =
                new ArrayList<>(List.of("", " ", "a", "a ", "a\t", "A", "é", "e\u0301", "\uFFFD", "\uE000"));
        for (int point = 1; point < Character.MAX_CODE_POINT; point += 97) {
            if (point < Character.MIN_SURROGATE || point > Character.MAX_SURROGATE) {
                texts.add(Character.toString(point));
            }
        }
        TableSchema schema = TableSchema.builder("texts")
                .column("id", DataType.TEXT)
                .column("text", DataType.TEXT)
                .primaryKey("id")
                .index("text")
                .build();
        try (StorageBackend store = open()) {
            store.createTable(schema);
            store.write(
                    "texts",
                    WriteMode.INSERT,
                    texts.stream()
                            .distinct()
                            .map(text -> Row.of(schema.rowType(), text, text))
                            .toList());
            for (String column : List.of("id", "text")) {
                List<Object> sorted =
                        store.select("texts", Map.of(), List.of(new Sort(Path.of(column), false)), null).stream()
                                .map(row -> row.get("text"))
                                .toList();
                assertThat(sorted)
                        .isEqualTo(texts.stream()
                                .distinct()
                                .sorted(DataType.TEXT::compare)
                                .toList());
            }
        }
    }

    @Test
    void aChangeOfTheCatalogCommitsWhatWasDoneBeforeItAndListenersHearOfIt() {
        try (StorageBackend store = open()) {
            store.createTable(NOTES);
            List<Object> heard = new ArrayList<>();
            store.onCommit((origin, changes) -> changes.forEach(change -> heard.add(change.id())));
            try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
                transaction.write("notes", WriteMode.INSERT, List.of(note(1, "a")));
                transaction.catalog().createIndex("notes", new Index("by_id_and_text", List.of("id", "text"), false));
                transaction.write("notes", WriteMode.INSERT, List.of(note(2, "b")));
                transaction.rollback();
            }
            assertThat(store.find("notes", 1L)).isPresent();
            assertThat(store.find("notes", 2L)).isEmpty();
            assertThat(heard).containsExactly(1L);
            assertThat(store.schemaOf("notes").indexes()).hasSize(2);
        }
    }

    @Test
    void aDeadlockUndoesTheWholeTransactionAndNoSavepointBringsItBack() throws Exception {
        try (StorageBackend store = StorageBackend.open(
                StorageConfig.builder(url).option("lockTimeout", "20s").build())) {
            store.createTable(NOTES);
            store.write("notes", WriteMode.INSERT, List.of(note(1, "a"), note(2, "b")));
            for (int round = 0; round < 3; round++) {
                try (BackendTransaction first = store.begin(TransactionOptions.DEFAULT);
                        BackendTransaction second = store.begin(TransactionOptions.DEFAULT)) {
                    List<BackendTransaction> lost = new CopyOnWriteArrayList<>();
                    Savepoint one = first.savepoint();
                    Savepoint two = second.savepoint();
                    first.write("notes", WriteMode.UPDATE, List.of(note(1, "first")));
                    second.write("notes", WriteMode.UPDATE, List.of(note(2, "second")));
                    Thread other = new Thread(() -> {
                        if (catchThrowable(() -> first.write("notes", WriteMode.UPDATE, List.of(note(2, "x"))))
                                != null) {
                            lost.add(first);
                        }
                    });
                    other.start();
                    if (catchThrowable(() -> second.write("notes", WriteMode.UPDATE, List.of(note(1, "y")))) != null) {
                        lost.add(second);
                        second.rollback();
                    }
                    other.join();
                    assertThat(lost).isNotEmpty();
                    if (lost.contains(first)) {
                        assertThatThrownBy(() -> first.rollbackTo(one)).isInstanceOf(StorageException.class);
                        assertThatThrownBy(() -> first.find("notes", 1L)).isInstanceOf(IllegalStateException.class);
                        assertThatThrownBy(first::commit).isInstanceOf(IllegalStateException.class);
                    }
                    assertThat(two).isNotNull();
                }
            }
            assertThat(store.find("notes", 1L)).contains(note(1, "a"));
            assertThat(store.find("notes", 2L)).contains(note(2, "b"));
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
        }
        try (Connection connection = MariadbServer.connect(url);
                Statement statement = connection.createStatement();
                ResultSet tables = statement.executeQuery(
                        "select count(*) from information_schema.tables where table_schema = database()")) {
            assertThat(tables.next()).isTrue();
            assertThat(tables.getInt(1)).isOne();
        }
    }

    @Test
    void whatASerializableTransactionReadsStaysAsItIsAndTablesCanBeMadeMeanwhile() {
        try (StorageBackend store = open()) {
            store.createTable(NOTES);
            store.write("notes", WriteMode.INSERT, List.of(note(1, "a")));
            try (BackendTransaction transaction =
                    store.begin(TransactionOptions.DEFAULT.withIsolation(Isolation.SERIALIZABLE))) {
                assertThat(transaction.count(Select.from("notes"))).isOne();
                assertThatThrownBy(() -> store.write("notes", WriteMode.INSERT, List.of(note(2, "b"))))
                        .isInstanceOf(StorageTimeoutException.class);
                store.createTable(OTHERS);
                // the same level is not what the next one gets
                try (BackendTransaction snapshot = store.begin(TransactionOptions.DEFAULT)) {
                    assertThat(snapshot.count(Select.from("notes"))).isOne();
                    transaction.write("notes", WriteMode.UPDATE, List.of(note(1, "c")));
                    transaction.commit();
                    assertThatThrownBy(() -> snapshot.write("notes", WriteMode.UPDATE, List.of(note(1, "d"))))
                            .isInstanceOf(ConflictException.class);
                }
            }
            store.write("notes", WriteMode.INSERT, List.of(note(2, "b")));
            assertThat(store.find("notes", 1L)).contains(note(1, "c"));
        }
    }

    @Test
    void anIndexIsNamedWhoseNameLooksLikeTwo() {
        TableSchema schema = TableSchema.builder("indexed")
                .column("id", DataType.INTEGER)
                .column("n", DataType.INTEGER)
                .column("text", DataType.TEXT)
                .primaryKey("id")
                .index(new Index("by,n", List.of("n"), false))
                .build();
        try (StorageBackend store = open()) {
            store.createTable(schema);
            List<Row> rows = new ArrayList<>();
            for (long id = 1; id <= 50; id++) {
                rows.add(Row.of(schema.rowType(), id, id, "a"));
            }
            store.write("indexed", WriteMode.INSERT, rows);
            Select all =
                    Select.from("indexed").where(Field.field("n").atLeast(0L).condition());
            try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY)) {
                assertThat(transaction.explain(all).index()).isEqualTo("by,n");
            }
        }
    }

    @Test
    void aChangeOfTheCatalogThatFailsAtItsEndKeepsNobodyFromChangingIt() throws SQLException {
        try (StorageBackend store = open();
                StorageBackend other = open()) {
            store.createTable(NOTES);
            sql("alter table _storage_catalog add column given_by_nobody int not null");
            assertThatThrownBy(() -> store.createTable(OTHERS)).isInstanceOf(StorageException.class);
            sql("alter table _storage_catalog drop column given_by_nobody");
            other.createTable(TableSchema.builder("more")
                    .column("id", DataType.INTEGER)
                    .primaryKey("id")
                    .build());
            assertThat(store.schemaOf("more").primaryKey()).containsExactly("id");
        }
    }

    @Test
    void anyNumberIsADefault() throws SQLException {
        sql("create table bills (id bigint primary key)", "insert into bills values (1)");
        try (StorageBackend store = open()) {
            store.createTable(OTHERS);
            store.insert("others", Map.of("id", 1));
            List<Double> numbers = List.of(0.5, -0.0, 1e10, -1e-10, Double.MIN_VALUE, Double.MAX_VALUE);
            for (String table : List.of("others", "bills")) {
                for (int i = 0; i < numbers.size(); i++) {
                    Column column = Column.of("n" + i, DataType.REAL).withDefault(numbers.get(i));
                    try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
                        transaction.catalog().addColumn(table, column);
                        transaction.commit();
                    }
                    assertThat(store.find(table, 1L).orElseThrow().get(column.name()))
                            .isEqualTo(numbers.get(i));
                }
            }
        }
    }

    @Test
    void withoutTheDriverTheArtifactToAddIsNamed() throws Exception {
        try (URLClassLoader empty = new URLClassLoader(new URL[0], ClassLoader.getPlatformClassLoader())) {
            assertThatThrownBy(() -> driver().require(empty))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining(
                            scheme().equals("mysql")
                                    ? "com.mysql:mysql-connector-j"
                                    : "org.mariadb.jdbc:mariadb-java-client");
        }
        assertThatCode(() -> driver().require(MariadbBackendTest.class.getClassLoader()))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "mariadb://user:s3cret@127.0.0.1:1/db",
                "jdbc:mariadb://user:s3cret@127.0.0.1:1/db?timeout=300ms",
                "mariadb://user:s3cret@:s3cret@127.0.0.1:1/db",
                "mariadb://user:s3cret%zz@127.0.0.1:1/db",
                "mariadb://user:s3cret@no such host/db",
                "mariadb://user:s3cret/x@127.0.0.1:1/db",
                "mariadb://user:s3cret@127.0.0.1:99999/db",
                "mariadb:user:s3cret@127.0.0.1:1/db",
                "mariadb://127.0.0.1:1/db?user=user&password=s3cret&timeout=300ms",
                "mariadb://127.0.0.1:1/db?user=user&password=s3cret&passwort=s3cret",
                "mariadb://127.0.0.1:1/db?user=user&password=s3cret&sslMode=unheard",
            })
    void aPasswordIsShownNowhere(String written) {
        String address = written.replace("mariadb:", scheme() + ":");
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
    void connectionsToOtherMachinesAreEncryptedAndVerifiedUnlessOneSaysOtherwise() {
        assertThat(sslMode("u@db.example.org/x")).isIn("verify-full", "VERIFY_IDENTITY");
        assertThat(sslMode("u@127.0.0.1/x")).isIn("disable", "PREFERRED");
        assertThat(sslMode("u@localhost.example.org/x")).isIn("verify-full", "VERIFY_IDENTITY");
        assertThat(sslMode("u@db.example.org/x?sslMode=trust")).isEqualTo("trust");
    }

    private String sslMode(String address) {
        StorageConfig config = StorageConfig.of(scheme() + "://" + address);
        return driver().driverProperties(MariadbDriver.url(config), config).getProperty("sslMode");
    }

    @Test
    void aServerThatIsNotThereIsAConnectionThatCannotBeMade() {
        String nobody = scheme() + "://u@127.0.0.1:1/x?timeout=300ms";
        assertThatThrownBy(() -> StorageBackend.open(StorageConfig.of(nobody))).isInstanceOf(ConnectionException.class);
        for (String option : List.of("socketFactory=evil", "allowLocalInfile=true", "autoDeserialize=true")) {
            assertThatThrownBy(() -> StorageBackend.open(StorageConfig.of(nobody + "&" + option)))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining(option.substring(0, option.indexOf('=')));
        }
        assertThatThrownBy(() -> StorageBackend.open(StorageConfig.of(scheme() + "://u@127.0.0.1:1")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("database");
    }
}
