package io.taskmover.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Json;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** A thousand texts that mean something to SQL, to drivers or to encodings, as ids, names and values. */
class MariadbHostileTest {
    String scheme() {
        return "mariadb";
    }

    private static final int TEXTS = 1_000;
    private static final List<String> PARTS = List.of(
            "'",
            "''",
            "\"",
            "\\",
            "\\'",
            "$$",
            "$1",
            "?",
            "??",
            "{0}",
            "{fn now()}",
            "--",
            "/*",
            "*/",
            ";",
            "%",
            "_",
            ":p",
            "::text",
            "select",
            "`",
            "``",
            "|",
            "primary",
            "_storage_",
            "#mysql50#",
            "PRIMARY",
            "N'",
            "_utf8mb4",
            "/*!50000",
            "\\x00",
            "\u0001",
            "\n",
            "\r",
            "\t",
            " ",
            "é",
            "e\u0301",
            "ß",
            "😀",
            "\uFFFD",
            "\uFFFF",
            "\uE000",
            "\u202E",
            "\u200B",
            "null",
            "drop table t",
            "(",
            ")",
            ",",
            "=",
            "@",
            "#",
            "a");

    /** The same each time. */
    private static List<String> texts() {
        Random random = new Random(20_261_129);
        TreeSet<String> texts = new TreeSet<>(DataType.TEXT::compare);
        while (texts.size() < TEXTS) {
            StringBuilder text = new StringBuilder();
            for (int part = random.nextInt(9); part >= 0; part--) {
                text.append(PARTS.get(random.nextInt(PARTS.size())));
            }
            texts.add(text.toString());
        }
        return List.copyOf(texts);
    }

    @Test
    void asIdsAndValuesTheyAreReadAsTheyWereWritten() {
        TableSchema schema = TableSchema.builder("hostile")
                .column("id", DataType.TEXT)
                .column("text", DataType.TEXT)
                .column("data", DataType.JSON)
                .primaryKey("id")
                .index("text")
                .build();
        List<Row> rows = new ArrayList<>();
        for (String text : texts()) {
            rows.add(Row.of(schema.rowType(), text, text, Json.canonical(members(text))));
        }
        try (StorageBackend store = StorageBackend.open(StorageConfig.of(MariadbServer.url(scheme())))) {
            store.createTable(schema);
            store.write("hostile", WriteMode.INSERT, rows);
            store.write("hostile", WriteMode.UPSERT, rows);
            try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY)) {
                for (Row row : rows) {
                    String text = (String) row.get("text");
                    assertThat(transaction.find("hostile", text)).contains(row);
                    for (Path place : List.of(Path.of("text"), Path.of("data", "text"))) {
                        assertThat(transaction.count(Select.from("hostile").where(Condition.eq(place, text))))
                                .as("%s = %s", place, text)
                                .isOne();
                    }
                }
            }
            for (Row row : rows) {
                assertThat(store.delete("hostile", row.get("id"))).isTrue();
            }
        }
    }

    private static Map<String, Object> members(String text) {
        Map<String, Object> members = new HashMap<>();
        members.put(text, List.of(text));
        members.put("text", text);
        return members;
    }

    @Test
    void asNamesTheyAreNamesOrRefused() {
        Map<String, TableSchema> made = new LinkedHashMap<>();
        try (StorageBackend store = StorageBackend.open(StorageConfig.of(MariadbServer.url(scheme())))) {
            try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
                List<String> columns = new ArrayList<>();
                for (String name : texts()) {
                    if (isName(name) && columns.add(name) && columns.size() % 50 == 0) {
                        TableSchema.Builder builder = TableSchema.builder(name);
                        columns.forEach(column -> builder.column(column, DataType.TEXT));
                        TableSchema schema =
                                builder.primaryKey(name).index(columns.get(0)).build();
                        transaction.catalog().create(schema);
                        transaction.write(name, WriteMode.INSERT, List.of(Row.of(schema.rowType(), columns.toArray())));
                        made.put(name, schema);
                        columns.clear();
                    } else if (!isName(name)) {
                        assertThatThrownBy(() -> TableSchema.builder("t")
                                        .column(name, DataType.TEXT)
                                        .primaryKey(name)
                                        .build())
                                .isInstanceOf(StorageException.class);
                    }
                }
                transaction.commit();
            }
            assertThat(made).hasSizeGreaterThan(10);
            made.forEach((name, schema) -> {
                assertThat(store.schemaOf(name)).isEqualTo(schema);
                Row row = store.find(name, name).orElseThrow();
                schema.columns()
                        .forEach(column -> assertThat(row.get(column.name())).isEqualTo(column.name()));
            });
        }
    }

    private static boolean isName(String text) {
        return !text.isEmpty()
                && text.getBytes(StandardCharsets.UTF_8).length <= 100
                && text.codePoints().noneMatch(Character::isISOControl);
    }
}
