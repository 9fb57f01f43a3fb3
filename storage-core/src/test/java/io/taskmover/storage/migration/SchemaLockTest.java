package io.taskmover.storage.migration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.Storage;
import io.taskmover.storage.error.MigrationException;
import io.taskmover.storage.mapping.Alias;
import io.taskmover.storage.mapping.Entity;
import io.taskmover.storage.mapping.Indexed;
import io.taskmover.storage.mapping.Table;
import io.taskmover.storage.mapping.Version;
import io.taskmover.storage.migration.SchemaLock.Mode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The file, the modes and the messages; that verdicts are true is shown on every backend by {@code SchemaLockContract}. */
class SchemaLockTest {
    @TempDir
    Path directory;

    enum State {
        NEW,
        DONE
    }

    record Part(String name, List<Part> parts, int weight) {}

    sealed interface Owner permits Person, Team {}

    record Person(String name) implements Owner {}

    record Team(int members) implements Owner {}

    @Table("task")
    record Task(
            String id,
            @Indexed(unique = true) String title,
            State state,
            int priority,
            @Nullable Part part,
            @Nullable Owner owner,
            Map<State, Set<Long>> marks,
            @Version long version) {}

    @Table("task")
    record Simple(String id, String title) {}

    @Table("task")
    record More(String id, String title, @Nullable Integer size) {}

    @Table("task")
    record Required(String id, String title, int size) {}

    @Table("task")
    record Aliased(String id, @Alias("title") String name) {}

    @Table("task")
    record NotAliasedAnyMore(String id, String name) {}

    @Table("task")
    record AliasedTwice(String id, @Alias({"name", "title"}) String subject) {}

    @Table("task")
    record TextSize(String id, String title, @Nullable String size) {}

    @Table("todo")
    record Todo(String id, String title) {}

    enum Renamed {
        NEW,
        @Alias("DONE")
        CLOSED
    }

    @Table("task")
    record Before(String id, State state) {}

    @Table("task")
    record After(String id, Renamed state) {}

    record NestedBefore(String left) {}

    record NestedAfter(@Alias("left") String first) {}

    @Table("task")
    record HasNested(String id, NestedBefore pair) {}

    @Table("task")
    record HasRenamedNested(String id, NestedAfter pair) {}

    private Path lock() {
        return directory.resolve("schema.lock");
    }

    private List<SchemaChange> check(Mode mode, Class<?>... classes) {
        return SchemaLock.check(
                lock(), mode, Arrays.stream(classes).map(Entity::of).toList());
    }

    private SchemaLockError refused(Mode mode, Class<?>... classes) {
        try {
            check(mode, classes);
        } catch (SchemaLockError e) {
            return e;
        }
        throw new AssertionError("The lock lets " + Arrays.toString(classes) + " pass");
    }

    private List<String> files() throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    @Test
    void theFileTellsAllThatIsStoredInAnOrderOfItsOwn() throws IOException {
        assertThat(check(Mode.WRITE, Task.class)).isEmpty();
        String text = Files.readString(lock());
        assertThat(text).endsWith("}\n").doesNotContain("\r").startsWith("""
                {
                  "format": 1,
                  "migrations": "0",
                  "entities": [
                    {
                      "class": "io.taskmover.storage.migration.SchemaLockTest$Task",
                      "schema": {
                        "table": "task",
                        "columns": [
                          {
                            "name": "id",
                            "type": "TEXT",
                            "notNull": true
                          },
                          {
                            "name": "marks",
                            "type": "JSON"
                          },
                """);
        assertThat(LockFile.read(lock()).orElseThrow().entities().get(0).get("properties"))
                .isEqualTo(Map.of(
                        "id", Map.of("type", "String"),
                        "title", Map.of("type", "String"),
                        "state", Map.of("type", Map.of("constants", List.of("DONE", "NEW"))),
                        "priority", Map.of("type", "int"),
                        "version", Map.of("type", "long"),
                        "marks",
                                Map.of(
                                        "type",
                                        Map.of(
                                                "keys",
                                                Map.of("constants", List.of("DONE", "NEW")),
                                                "values",
                                                Map.of("set", "Long"))),
                        "owner",
                                Map.of(
                                        "type",
                                        Map.of(
                                                "kind",
                                                "type",
                                                "classes",
                                                Map.of(
                                                        "Person", Map.of("name", Map.of("type", "String")),
                                                        "Team", Map.of("members", Map.of("type", "int"))))),
                        "part",
                                Map.of(
                                        "type",
                                        Map.of(
                                                "object",
                                                Map.of(
                                                        "name", Map.of("type", "String"),
                                                        "parts",
                                                                Map.of("type", Map.of("list", Map.of("recursive", 1L))),
                                                        "weight", Map.of("type", "int"))))));
        assertThat(check(Mode.CHECK, Task.class)).isEmpty();
        Files.writeString(lock(), text.replace("\n", "\r\n"));
        assertThat(check(Mode.CHECK, Task.class)).isEmpty();
    }

    @Test
    void entitiesDescribedInCodeAreCheckedAsTheyAreDescribed() {
        SchemaLock.check(lock(), Mode.WRITE, List.of(Entity.of(Simple.class).table("x")));
        assertThatThrownBy(() -> SchemaLock.check(lock(), Mode.WRITE, List.of(Entity.of(Simple.class))))
                .isInstanceOf(SchemaLockError.class)
                .hasMessageContaining("Simple: was table 'x', is table 'task': rows stay in the former table"
                        + " and are not found. Keep the table with @Table(\"x\")");
    }

    @Test
    void aCompatibleChangeIsWrittenAndTold() throws IOException {
        check(Mode.WRITE, Simple.class);
        assertThat(check(Mode.WRITE, More.class))
                .filteredOn(change -> change.property().equals("size"))
                .hasToString("[More.size: is new, Integer: it is null in rows from before]");
        assertThat(Files.readString(lock())).contains("\"size\": {");
        assertThat(check(Mode.CHECK, More.class)).isEmpty();
        assertThat(files()).containsExactly("schema.lock");
    }

    @Test
    void whereNothingIsWrittenAMissingOrOutdatedFileFails() throws IOException {
        assertThat(refused(Mode.CHECK, Simple.class))
                .hasMessageContaining("There is no schema lock")
                .hasMessageContaining("commit the file");
        assertThat(files()).isEmpty();
        check(Mode.WRITE, Simple.class);
        String before = Files.readString(lock());
        assertThat(refused(Mode.CHECK, More.class))
                .hasMessageContaining("is not up to date")
                .hasMessageContaining("More.size: is new, Integer");
        SchemaLockError incompatible = refused(Mode.CHECK, Required.class);
        assertThat(incompatible.migration()).isEmpty();
        assertThat(incompatible).hasMessageContaining("Run this test where files may be written");
        assertThat(Files.readString(lock())).isEqualTo(before);
        assertThat(files()).containsExactly("schema.lock");
    }

    @Test
    void theModeIsThatOfThePropertyAndElseOfTheEnvironment() {
        assertThat(SchemaLock.mode(null, null)).isEqualTo(Mode.WRITE);
        assertThat(SchemaLock.mode(null, "")).isEqualTo(Mode.WRITE);
        assertThat(SchemaLock.mode(null, "false")).isEqualTo(Mode.WRITE);
        assertThat(SchemaLock.mode(null, "true")).isEqualTo(Mode.CHECK);
        assertThat(SchemaLock.mode("write", "true")).isEqualTo(Mode.WRITE);
        assertThat(SchemaLock.mode("accept", null)).isEqualTo(Mode.ACCEPT);
        assertThat(SchemaLock.mode("check", null)).isEqualTo(Mode.CHECK);
        assertThatThrownBy(() -> SchemaLock.mode("update", null))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("-Dstorage.schemaLock is write, check or accept, not 'update'");
    }

    @Test
    void anIncompatibleChangeLeavesTheFileAndBeginsTheNextMigrationOnce() throws IOException {
        Files.writeString(directory.resolve("V006__first.sql"), "create view v as select 1");
        check(Mode.WRITE, Simple.class);
        String before = Files.readString(lock());
        assertThat(before).contains("\"migrations\": \"006\"");
        SchemaLockError error = refused(Mode.WRITE, Required.class);
        assertThat(error.changes())
                .hasToString("[Required.size: is new, int, required: rows from before have no value for it,"
                        + " and a primitive reads as zero, which nobody wrote. Let it be null, or give it a default, or add the column"
                        + " with a value by a migration]");
        assertThat(error.migration()).contains(directory.resolve("V007__task_changes.json"));
        assertThat(error).hasMessageContaining("-Dstorage.schemaLock=accept");
        assertThat(Files.readString(lock())).isEqualTo(before);
        assertThat(directory.resolve("V007__task_changes.json")).hasContent("""
                {
                  "changes": [
                    {
                      "todo": "Which value do rows from before get in 'task.size'? Write it below as the default, and remove this line."
                    },
                    {
                      "addColumn": {
                        "table": "task",
                        "column": {
                          "name": "size",
                          "type": "INTEGER",
                          "default": 0,
                          "notNull": true
                        }
                      }
                    }
                  ]
                }
                """);
        Files.writeString(directory.resolve("V007__task_changes.json"), "{\"changes\": [{\"todo\": \"mine\"}]}");
        assertThat(refused(Mode.WRITE, Required.class)).hasMessageContaining("V007__task_changes.json is there for it");
        assertThat(directory.resolve("V007__task_changes.json")).hasContent("{\"changes\": [{\"todo\": \"mine\"}]}");
        assertThat(files()).containsExactly("V006__first.sql", "V007__task_changes.json", "schema.lock");
    }

    @Test
    void aChangeIsAcceptedOnceItsMigrationHasNothingLeftToDecide() throws IOException {
        check(Mode.WRITE, Simple.class);
        Path migration = refused(Mode.WRITE, Required.class).migration().orElseThrow();
        assertThatThrownBy(() -> check(Mode.ACCEPT, Required.class))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining("migration 001 (task changes) beside it has a todo");
        Files.delete(lock());
        assertThatThrownBy(() -> check(Mode.WRITE, Required.class)).isInstanceOf(MigrationException.class);
        Files.delete(migration);
        assertThat(check(Mode.WRITE, Required.class)).isEmpty();
        assertThat(files()).containsExactly("schema.lock");
    }

    @Test
    void anAcceptedChangeIsTheNewStateAndTheSameChangeAgainIsAnotherMigration() throws IOException {
        check(Mode.WRITE, Simple.class);
        Path migration = refused(Mode.WRITE, Required.class).migration().orElseThrow();
        Files.writeString(
                migration, Files.readString(migration).replaceFirst("(?s)\\{\\s*\"todo\": \"[^\"]*\"\\s*\\},", ""));
        assertThat(check(Mode.ACCEPT, Required.class)).hasSize(2);
        assertThat(check(Mode.CHECK, Required.class)).isEmpty();
        assertThat(Files.readString(lock())).contains("\"migrations\": \"001\"");
        assertThat(refused(Mode.WRITE, TextSize.class).migration())
                .contains(directory.resolve("V002__task_changes.json"));
    }

    @Test
    void whatIsLeftToDecideIsPlannedAndNotBegun() throws IOException {
        Files.writeString(
                directory.resolve("V001__index.json"),
                "{\"changes\": [{\"createIndex\": {\"table\": \"task\", \"index\": {\"columns\": [\"title\"]}}}]}");
        check(Mode.WRITE, Simple.class);
        assertThat(refused(Mode.WRITE, Required.class).migration())
                .contains(directory.resolve("V002__task_changes.json"));
        try (Storage storage = Storage.open("memory:")) {
            storage.repository(Simple.class, String.class).save(new Simple("t1", "x"));
            MigrationManager manager =
                    new MigrationManager(storage.backend()).registerAll(MigrationDirectory.read(directory));
            assertThat(manager.plan().toString()).contains("TODO: Which value do rows from before get in 'task.size'?");
            assertThatThrownBy(manager::apply)
                    .isInstanceOf(MigrationException.class)
                    .hasMessageStartingWith("Migration 002 (task changes) is not complete: TODO: Which value");
            // not the one before it either, which has nothing left to decide
            assertThat(manager.applied()).isEmpty();
        }
    }

    @Test
    void aColumnThatWasRemovedIsRemembered() {
        check(Mode.WRITE, More.class);
        check(Mode.WRITE, Simple.class);
        assertThat(refused(Mode.WRITE, TextSize.class))
                .hasMessageContaining("TextSize.size: was Integer, is String: values that are no String refuse");
        check(Mode.WRITE, More.class);
    }

    @Test
    void aNameIsForgottenOnlyWithItsAlias() {
        check(Mode.WRITE, Simple.class);
        assertThat(check(Mode.WRITE, Aliased.class))
                .anySatisfy(change -> assertThat(change)
                        .hasToString("Aliased.name: was title, is name: is found under its former name by its alias"));
        assertThat(refused(Mode.WRITE, NotAliasedAnyMore.class))
                .hasMessageContaining(
                        "NotAliasedAnyMore.name: was @Alias(title), is without it: data that has not been written"
                                + " since it was renamed is not found");
        check(Mode.WRITE, AliasedTwice.class);
    }

    @Test
    void aConstantMayHaveAnAlias() {
        check(Mode.WRITE, Before.class);
        check(Mode.WRITE, After.class);
        assertThat(refused(Mode.WRITE, Before.class)).hasMessageContaining("rows that have CLOSED lose the value");
    }

    @Test
    void aMemberOfANestedObjectMayHaveAnAlias() {
        check(Mode.WRITE, HasNested.class);
        check(Mode.WRITE, HasRenamedNested.class);
        assertThat(refused(Mode.WRITE, HasNested.class))
                .hasMessageContaining("HasNested.pair.first: is gone, was String")
                .hasMessageContaining("@Alias(\"first\")");
    }

    @Test
    void everyChangeIsInTheErrorAndEveryClassInTheMigration() throws IOException {
        check(Mode.WRITE, More.class, Todo.class);
        SchemaLockError error = refused(Mode.WRITE, TextSize.class);
        assertThat(error.changes()).extracting(SchemaChange::entity).containsExactly("TextSize", "Todo");
        assertThat(error)
                .hasMessageStartingWith("2 changes do not fit the data that is there, as " + lock() + " has it:\n")
                .hasMessageContaining("Todo: is gone, was table 'todo': its rows are not read any more");
        assertThat(error.migration()).contains(directory.resolve("V001__schema_changes.json"));
        assertThat(MigrationDirectory.read(directory))
                .extracting(Migration::changes)
                .hasToString(
                        "[[change type of task.size to TEXT, TODO: No class is stored in table 'todo' any more. Remove"
                                + " this line if its rows are to go., drop table todo]]");
        assertThat(check(Mode.WRITE, More.class, Todo.class)).isEmpty();
    }

    @Test
    void whatIsNoLockIsNamed() throws IOException {
        Files.writeString(lock(), "<<<<<<< HEAD");
        assertThatThrownBy(() -> check(Mode.WRITE, Simple.class))
                .isInstanceOf(MigrationException.class)
                .hasMessageContaining(lock() + " is no schema lock: ")
                .hasMessageContaining("Bring it back from version control");
        Files.writeString(lock(), "{\"format\": 2, \"migrations\": \"0\", \"entities\": []}");
        assertThatThrownBy(() -> check(Mode.WRITE, Simple.class)).hasMessageContaining("its format is 2, and only 1");
        assertThatThrownBy(() -> SchemaLock.check(directory.resolve("lock.json"), Simple.class))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("would be taken for a migration");
        assertThatThrownBy(() -> SchemaLock.check(lock(), new Class<?>[0]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("No class is given");
    }
}
