package io.taskmover.storage.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.error.MigrationException;
import io.taskmover.storage.error.StorageIoException;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MigrationDirectoryTest {
    @TempDir
    Path directory;

    private void file(String name, String content) throws IOException {
        Files.writeString(directory.resolve(name), content);
    }

    @Test
    void everyChangeCanBeWrittenAsJson() throws IOException {
        file("README.md", "not of its business");
        file("V2__all_of_them.json", """
                {
                  "dependsOn": ["1"],
                  "changes": [
                    {"createTable": {"table": "notes", "primaryKey": ["id"],
                                     "columns": [{"name": "id", "type": "TEXT"}, {"name": "n", "type": "INTEGER"}]}},
                    {"addColumn": {"table": "notes", "column": {"name": "mail", "type": "TEXT", "default": "none"}}},
                    {"renameColumn": {"table": "notes", "from": "mail", "to": "email"}},
                    {"changeType": {"table": "notes", "column": {"name": "n", "type": "DECIMAL"}}},
                    {"createIndex": {"table": "notes", "index": {"columns": ["email"], "unique": true}}},
                    {"dropIndex": {"table": "notes", "index": "ux_notes_email"}},
                    {"dropColumn": {"table": "notes", "column": "n"}},
                    {"dropTable": {"table": "notes"}},
                    {"sql": {"up": ["create view v as select 1"], "down": ["drop view v"]}}
                  ]
                }
                """);
        file("V001__first.sql", "create view w as select 1");
        List<Migration> migrations = MigrationDirectory.read(directory);
        assertThat(migrations).hasToString("[001 (first), 2 (all of them)]");
        TableSchema notes = TableSchema.builder("notes")
                .column("id", DataType.TEXT)
                .column("n", DataType.INTEGER)
                .primaryKey("id")
                .build();
        assertThat(migrations.get(1).checksum())
                .isEqualTo(Migration.of(
                                "2",
                                "the same in code",
                                Change.createTable(notes),
                                Change.addColumn(
                                        "notes",
                                        Column.of("mail", DataType.TEXT).withDefault("none")),
                                Change.renameColumn("notes", "mail", "email"),
                                Change.changeType("notes", Column.of("n", DataType.DECIMAL)),
                                Change.createIndex("notes", Index.of("notes", true, "email")),
                                Change.dropIndex("notes", "ux_notes_email"),
                                Change.dropColumn("notes", "n"),
                                Change.dropTable("notes"),
                                Change.sql(List.of("create view v as select 1"), List.of("drop view v")))
                        .dependsOn("1")
                        .checksum());
    }

    @Test
    void aScriptIsCutAtTheSemicolonsThatEndStatements() {
        SqlScript script = SqlScript.parse("""
                -- a comment; with a semicolon
                insert into "odd;name" values ('it''s; fine', `x;y`); /* another;
                one */
                create function f() as $body$ begin; end; $body$;

                -- Down
                drop function f();
                delete from "odd;name"
                """);
        assertThat(script.up())
                .containsExactly(
                        "insert into \"odd;name\" values ('it''s; fine', `x;y`)",
                        "create function f() as $body$ begin; end; $body$");
        assertThat(script.down()).containsExactly("drop function f()", "delete from \"odd;name\"");
        assertThatThrownBy(() -> SqlScript.parse("select 1;\nselect 'a"))
                .hasMessageContaining("what begins with ' on line 2 has no end");
    }

    @Test
    void lineEndsMakeNoOtherMigration() throws IOException {
        file("V1__a.sql", "create view w\nas select 1;\n");
        String checksum = MigrationDirectory.read(directory).get(0).checksum();
        file("V1__a.sql", "create view w\r\nas select 1;\r\n");
        assertThat(MigrationDirectory.read(directory).get(0).checksum()).isEqualTo(checksum);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "V1_a.json   | {} | is not named as a migration",
                "one.sql     | select 1 | is not named as a migration",
                "V1..2__a.sql| select 1 | as 001 or 1.2",
                "V1__a.sql   | -- nothing | has no statements",
                "V1__a.json  | [] | is an object with the member 'changes'",
                "V1__a.json  | {'changes': []} | has no changes",
                "V1__a.json  | {'changes': [], 'x': 1} | unknown members [x]",
                "V1__a.json  | {'changes': [{'drop': {}}]} | change 1: 'drop': there is no such change",
                "V1__a.json  | {'changes': [{'dropTable': {'table': 1}}]} | the member 'table' must be a text",
                "V1__a.json  | {'changes': [{'dropTable': {}}]} | lacks the member 'table'",
                "V1__a.json  | {'changes': [{'dropTable': {'table': 't', 'if': 1}}]} | unknown members [if]"
            })
    void whatIsNoMigrationIsNamedWithItsFile(String name, String content, String problem) throws IOException {
        file(name, content.replace('\'', '"'));
        assertThatThrownBy(() -> MigrationDirectory.read(directory))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining(directory.resolve(name).toString())
                .hasMessageContaining(problem);
    }

    @Test
    void twoFilesOfOneVersionAreNamed() throws IOException {
        file("V1__a.sql", "select 1");
        file("V001__b.sql", "select 1");
        assertThatThrownBy(() -> MigrationDirectory.read(directory))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("V1__a.sql")
                .hasMessageContaining("V001__b.sql");
        assertThatThrownBy(() -> MigrationDirectory.read(directory.resolve("missing")))
                .isInstanceOf(StorageIoException.class)
                .hasMessageContaining("missing");
    }

    @Test
    void aNewFileHasTheNextVersion() throws IOException {
        Path first = MigrationDirectory.create(directory.resolve("m"), "create users!", MigrationDirectory.Form.JSON);
        assertThat(first).hasFileName("V001__create_users.json");
        file("V9.5__a.sql", "select 1");
        assertThat(MigrationDirectory.create(directory, "views", MigrationDirectory.Form.SQL))
                .hasFileName("V010__views.sql");
    }
}
