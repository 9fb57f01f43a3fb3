package io.taskmover.storage.testkit;

import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.JSON;
import static io.taskmover.storage.schema.DataType.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.backend.Explanation;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.junit.jupiter.api.Test;

/** Names and ids that break quoting, paths and file systems elsewhere. */
interface HostileNamesContract extends Contract {

    /** Text that means something to SQL, file systems, shells, JSON paths or case folding. */
    List<String> HOSTILE = List.of(
            "'; drop table x; --",
            "\"quoted\"",
            "`tick`",
            "[bracket]",
            "back\\slash",
            "../../etc/passwd",
            "/absolute",
            "a/b",
            ".",
            "..",
            ".hidden",
            "trailing.",
            "trailing ",
            " leading",
            "CON",
            "nul.json",
            "select",
            "rowid",
            "sqlite_master",
            "name",
            "Name",
            "NAME",
            "ſ",
            "ß",
            "SS",
            "İ",
            "\u00e9",
            "e\u0301",
            "😀",
            "\uFFFD",
            "日本語",
            "%41",
            "%",
            "_",
            "*?<>|:",
            "$.a.b",
            "a.b",
            "?1",
            ":p",
            "${x}",
            "-rf",
            "~");

    @Test
    default void hostileIdsAreJustIds() {
        try (OwnStore store = subject().ownStore()) {
            TestTable table = store.table(
                    "ids", t -> t.column("id", TEXT).column("n", INTEGER).primaryKey("id"));
            List<Row> rows = new ArrayList<>();
            List<String> ids = new ArrayList<>(HOSTILE);
            ids.add("");
            ids.add("tab\tnew\nline\rbell\u0007");
            ids.add("x".repeat(512));
            ids.add("X".repeat(512));
            ids.add("😀".repeat(128));
            for (int i = 0; i < ids.size(); i++) {
                rows.add(table.row(ids.get(i), i));
            }
            table.store().write("ids", WriteMode.INSERT, rows);
            rows.sort((a, b) ->
                    DataType.TEXT.compare(Objects.requireNonNull(a.get(0)), Objects.requireNonNull(b.get(0))));
            assertAllThere(table, rows);
            store.reopen();
            if (!capabilities().has(Feature.DURABLE)) {
                return;
            }
            TestTable reopened = table.in(store.backend());
            assertAllThere(reopened, rows);
            for (Row row : rows.subList(1, rows.size())) {
                assertThat(reopened.store().delete("ids", Objects.requireNonNull(row.get("id"))))
                        .isTrue();
            }
            assertThat(reopened.rows()).containsExactly(rows.get(0));
        }
    }

    private static void assertAllThere(TestTable table, List<Row> rows) {
        assertThat(table.rows()).isEqualTo(rows);
        for (Row row : rows) {
            String id = (String) Objects.requireNonNull(row.get("id"));
            assertThat(table.find(id)).contains(row);
            assertThat(table.rows(table.select().where(Condition.eq(Path.of("id"), id))))
                    .containsExactly(row);
        }
    }

    @Test
    default void hostileTableNamesAreJustNames() {
        try (OwnStore store = subject().ownStore()) {
            Map<String, TestTable> tables = new LinkedHashMap<>();
            try (BackendTransaction transaction = store.backend().begin(TransactionOptions.DEFAULT)) {
                for (String name : HOSTILE) {
                    TableSchema schema = TableSchema.builder(name)
                            .column("id", TEXT)
                            .primaryKey("id")
                            .index("id")
                            .build();
                    transaction.catalog().create(schema);
                    TestTable table = new TestTable(store.backend(), schema);
                    table.write(transaction, WriteMode.INSERT, table.row("in " + name));
                    tables.put(name, table);
                }
                transaction.commit();
            }
            List<String> sorted =
                    HOSTILE.stream().sorted(DataType.TEXT::compare).toList();
            for (int opened = 0; opened < (capabilities().has(Feature.DURABLE) ? 2 : 1); opened++) {
                try (BackendTransaction transaction = store.backend().begin(TransactionOptions.READ_ONLY)) {
                    assertThat(transaction.catalog().tables()).containsExactlyElementsOf(sorted);
                    tables.forEach((name, table) -> {
                        assertThat(transaction.catalog().table(name)).contains(table.schema());
                        assertThat(table.ids(transaction)).containsExactly("in " + name);
                    });
                }
                store.reopen();
            }
        }
    }

    @Test
    default void hostileColumnAndIndexNamesAreJustNames() {
        TestTable table = table(t -> {
            t.column("the id", TEXT).primaryKey("the id");
            HOSTILE.forEach(name -> t.column(name, INTEGER).index(name));
            return t.version("version").column("version", INTEGER);
        });
        Object[] values = new Object[HOSTILE.size() + 2];
        values[0] = "a";
        for (int i = 0; i < HOSTILE.size(); i++) {
            values[i + 1] = i;
        }
        values[values.length - 1] = 0;
        Row stored = table.insert(values);
        assertThat(table.rows()).containsExactly(stored);
        assertThat(table.store().schemaOf(table.name())).isEqualTo(table.schema());
        try (BackendTransaction transaction = table.begin()) {
            for (int i = 0; i < HOSTILE.size(); i++) {
                Path column = Path.of(HOSTILE.get(i));
                Select select = Select.from(table.name())
                        .where(Condition.eq(column, (long) i))
                        .orderBy(List.of(new Sort(column, true)))
                        .project(List.of(column));
                Explanation explanation = transaction.explain(select);
                assertThat(explanation.index()).isEqualTo("ix_" + table.name() + "_" + HOSTILE.get(i));
                assertThat(TestTable.rows(transaction, select))
                        .singleElement()
                        .satisfies(row -> assertThat(row.toMap()).isEqualTo(Map.of(column.column(), row.get(0))));
            }
        }
        table.store().update(table.name(), "a", Map.of(HOSTILE.get(0), -1, HOSTILE.get(1), -2));
        assertThat(table.value("a", HOSTILE.get(0))).isEqualTo(-1L);
        assertThat(table.value("a", HOSTILE.get(1))).isEqualTo(-2L);
    }

    @Test
    default void hostileMemberNamesOfJsonAreJustNames() {
        TestTable table = table(t -> t.column("id", TEXT).column("data", JSON).primaryKey("id"));
        Map<String, Object> members = new LinkedHashMap<>();
        HOSTILE.forEach(name -> members.put(name, Map.of("value", "of " + name)));
        table.insert("a", members);
        for (String name : HOSTILE) {
            Select select = table.select()
                    .where(Condition.eq(Path.of("data", name, "value"), "of " + name))
                    .project(List.of(Path.of("data", name, "value")));
            assertThat(table.rows(select))
                    .as(name)
                    .singleElement()
                    .satisfies(row -> assertThat(row.get(0)).isEqualTo("of " + name));
        }
    }

    @Test
    default void hostileValuesAreBoundAndNotSpliced() {
        TestTable table =
                table(t -> t.column("id", INTEGER).column("text", TEXT).primaryKey("id"));
        for (int i = 0; i < HOSTILE.size(); i++) {
            table.insert(i, HOSTILE.get(i));
        }
        for (int i = 0; i < HOSTILE.size(); i++) {
            assertThat(table.ids(table.select().where(Condition.eq(Path.of("text"), HOSTILE.get(i)))))
                    .containsExactly((long) i);
        }
        assertThat(table.count(table.select().where(Condition.in(Path.of("text"), HOSTILE))))
                .isEqualTo(HOSTILE.size());
    }
}
