package io.taskmover.storage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.cli.output.Terminal;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.schema.Check;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Json;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What every command does on every kind of store that lasts. */
abstract class StoreCommandsContract {
    private static final String PEOPLE = """
            {"id": "b", "name": {"first": "Bea", "last": "Ö"}, "age": 31, "score": 0.5, "tags": []}
            {"id": "a", "name": {"first": "Al"}, "age": 7, "score": 12, "tags": ["x"]}
            {"id": "c", "age": null, "name": null, "score": -3.25, "tags": null}
            """;

    @TempDir
    Path directory;

    /** The URL of a store at a path. */
    abstract String url(Path place);

    private String url() {
        return url(directory.resolve("store"));
    }

    private String people() throws IOException {
        Shell.run("import", url(), "people", file("people.jsonl", PEOPLE)).success();
        return url();
    }

    private String file(String name, String content) throws IOException {
        return Files.writeString(directory.resolve(name), content).toString();
    }

    // import and export

    @Test
    void realDataComesOutAsTheSameJsonValues() throws IOException {
        String sample = directory.resolve("countries.jsonl").toString();
        try (InputStream in = new GZIPInputStream(getClass().getResourceAsStream("sample/countries.jsonl.gz"))) {
            Files.copy(in, Path.of(sample));
        }
        assertThat(Shell.run("import", url(), "countries", sample).success())
                .startsWith("imported 250 rows into new table 'countries'");

        List<Object> exported = json(Shell.run("export", url(), "countries").success());

        assertThat(exported.stream().map(Object::toString).sorted().toList())
                .isEqualTo(json(Files.readString(Path.of(sample))).stream()
                        .map(Object::toString)
                        .sorted()
                        .toList());
        assertThat(Shell.run("query", url(), "select id from countries where name.common = 'France'", "--format", "csv")
                        .success())
                .isEqualTo("id\r\nFRA\r\n");
    }

    private static List<Object> json(String lines) {
        return lines.lines().map(Json::parse).toList();
    }

    @Test
    void everyFormatIsReadAndWrittenPlainAndCompressed() throws IOException {
        people();
        String lines = Shell.run("export", url(), "people").success();
        assertThat(lines).isEqualTo("""
                        {"id":"a","name":{"first":"Al"},"age":7,"score":12,"tags":["x"]}
                        {"id":"b","name":{"first":"Bea","last":"Ö"},"age":31,"score":0.5,"tags":[]}
                        {"id":"c","name":null,"age":null,"score":-3.25,"tags":null}
                        """);
        for (String name : List.of("p.jsonl", "p.jsonl.gz", "p.json", "p.json.gz")) {
            String file = directory.resolve(name).toString();
            Shell.run("export", url(), "people", file).success();
            String table = name.replace('.', '_');
            Shell.run("import", url(), table, file).success();
            assertThat(Shell.run("export", url(), table, "-").success()).isEqualTo(lines);
        }
        assertThat(directory.toFile().list()).noneMatch(name -> name.endsWith(".part"));
    }

    @Test
    void anExportIsRefusedWhereTheNameTellsNoFormat() throws IOException {
        people();
        String file = directory.resolve("p.txt").toString();
        Shell refused = Shell.run("export", url(), "people", file);
        assertThat(refused.code()).isEqualTo(ExitCode.USAGE.code());
        assertThat(refused.err()).startsWith("storage: the format of '" + file + "' is not clear from its name");
        assertThat(directory.resolve("p.txt")).doesNotExist();
        Shell.run("export", url(), "people", file, "--format", "csv").success();
    }

    @Test
    void anExportIntoAMissingDirectoryNamesTheDirectory() throws IOException {
        people();
        assertThat(Shell.run(
                                "export",
                                url(),
                                "people",
                                directory.resolve("no/p.csv").toString())
                        .failure(ExitCode.NO_SUCH_FILE))
                .isEqualTo("there is no directory '" + directory.resolve("no") + "'");
    }

    @Test
    void csvKeepsTextsThatOnlyLookLikeNumbers() throws IOException {
        String csv =
                "id,zip,price,ok,note\r\n1,00501,12.50,true,\"a \"\"b\"\", c\"\r\n2,10001,3,,\"\"\r\n3,,,false,\r\n";
        Shell.run("import", url(), "t", file("t.csv", csv)).success();

        assertThat(Shell.run("export", url(), "t").success()).isEqualTo("""
                        {"id":1,"zip":"00501","price":12.50,"ok":true,"note":"a \\"b\\", c"}
                        {"id":2,"zip":"10001","price":3,"ok":null,"note":""}
                        {"id":3,"zip":null,"price":null,"ok":false,"note":null}
                        """);
        String copy = directory.resolve("copy.csv.gz").toString();
        Shell.run("export", url(), "t", copy).success();
        try (InputStream in = new GZIPInputStream(Files.newInputStream(Path.of(copy)))) {
            assertThat(new String(in.readAllBytes(), StandardCharsets.UTF_8)).isEqualTo(csv);
        }
    }

    @Test
    void standardInputIsAFileToo() {
        Shell.withInput("{\"k\": 2, \"v\": 1}\n{\"k\": 1}\n", "import", url(), "t", "-", "--id", "k", "--quiet")
                .success();

        assertThat(Shell.run("export", url(), "t").out()).isEqualTo("{\"k\":1,\"v\":null}\n{\"k\":2,\"v\":1}\n");
    }

    @Test
    void keysOfTwoColumnsAreFoundByBoth() {
        Shell.withInput("{\"a\": \"x\", \"b\": 2, \"v\": 1}\n", "import", url(), "t", "-", "--id", "a,b")
                .success();

        assertThat(Shell.run("get", url(), "t", "x,2").success()).contains("\"v\": 1");
        assertThat(Shell.run("get", url(), "t", "[\"x\",2]").success()).contains("\"v\": 1");
    }

    @Test
    void aMalformedLineIsNamedAndNothingIsKept() throws IOException {
        String file = file("bad.jsonl", "{\"id\": 1}\n{\"id\": 2}\n{\"id\": 3,}\n");

        assertThat(Shell.run("import", url(), "t", file).failure(ExitCode.MALFORMED))
                .contains("bad.jsonl line 3, column 10")
                .endsWith("nothing was imported");
        assertThat(Shell.run("tables", url(), "--format", "csv").success()).isEqualTo("table,rows,columns,id\r\n");
    }

    @Test
    void badRecordsCanBeSkippedListedAndCounted() throws IOException {
        String file = file("bad.jsonl", "{\"id\": 1}\noops\n{\"id\": 2}\n{\"id\": 1}\n{\"x\": 1}\n");

        Shell done = Shell.run("import", url(), "t", file, "--skip-bad");

        assertThat(done.success()).contains("imported 2 rows").contains("skipped 3");
        assertThat(done.err().lines())
                .satisfiesExactly(
                        line -> assertThat(line).contains("skipped ", "bad.jsonl line 2, column 1: not JSON"),
                        line -> assertThat(line).contains("line 4: id '1' appears twice, first in line 1"),
                        line -> assertThat(line).contains("line 5: no 'id'"));
    }

    @Test
    void duplicateIdsFailUnlessUpsert() throws IOException {
        String twice = file("twice.jsonl", "{\"id\": 1, \"v\": 1}\n{\"id\": 1, \"v\": 2}\n");
        assertThat(Shell.run("import", url(), "t", twice).failure(ExitCode.DUPLICATE))
                .contains("twice.jsonl line 2: id '1' appears twice, first in line 1");

        Shell.run("import", url(), "t", twice, "--upsert").success();
        assertThat(Shell.run("export", url(), "t").out()).isEqualTo("{\"id\":1,\"v\":2}\n");

        String again = file("again.jsonl", "{\"id\": 2, \"v\": 5}\n{\"id\": 1, \"v\": 3}\n");
        assertThat(Shell.run("import", url(), "t", again).failure(ExitCode.DUPLICATE))
                .contains("line 2: id '1' is in table 't' already");
        Shell.run("import", url(), "t", again, "--upsert").success();
        assertThat(Shell.run("export", url(), "t").out()).isEqualTo("{\"id\":1,\"v\":3}\n{\"id\":2,\"v\":5}\n");
    }

    @Test
    void anExistingTableKeepsItsSchema() throws IOException {
        try (StorageBackend store = StorageBackend.open(StorageConfig.of(url()))) {
            store.createTable(TableSchema.builder("t")
                    .column("id", DataType.INTEGER)
                    .column(Column.of("due", DataType.DATE))
                    .column(Column.of("n", DataType.INTEGER).withDefault(7L).withCheck(new Check.Range(0L, 9L)))
                    .column(Column.of("raw", DataType.BLOB))
                    .primaryKey("id")
                    .build());
        }
        Shell.run("import", url(), "t", file("1.jsonl", "{\"id\": 1, \"due\": \"2026-02-01\", \"raw\": \"AAEC\"}"))
                .success();
        assertThat(Shell.run("export", url(), "t").out())
                .isEqualTo("{\"id\":1,\"due\":\"2026-02-01\",\"n\":7,\"raw\":\"AAEC\"}\n");

        assertThat(Shell.run("import", url(), "t", file("2.jsonl", "{\"id\": 2, \"due\": \"soon\"}"))
                        .failure(ExitCode.WRONG_TYPE))
                .contains("2.jsonl line 1: field 'due': 'soon' is not a value of type DATE");
        assertThat(Shell.run("import", url(), "t", file("3.jsonl", "{\"id\": 3, \"n\": 12}"))
                        .failure(ExitCode.WRONG_TYPE))
                .contains("field n must be at most 9");
        assertThat(Shell.run("import", url(), "t", file("4.jsonl", "{\"id\": 4, \"more\": 1}"))
                        .failure(ExitCode.UNKNOWN_FIELD))
                .contains("table 't' has no column 'more'");
    }

    @Test
    void idsMustBeOfOneKind() throws IOException {
        assertThat(Shell.run("import", url(), "t", file("t.jsonl", "{\"id\": 1}\n{\"id\": \"1\"}"))
                        .failure(ExitCode.WRONG_TYPE))
                .contains("line 2: 'id' is a text here and an integer in");
        assertThat(Shell.run("import", url(), "t", file("u.jsonl", "{\"id\": [1]}"))
                        .failure(ExitCode.WRONG_TYPE))
                .contains("to be an id");
        assertThat(Shell.run("import", url(), "t", file("v.jsonl", "{\"id\": \"" + "x".repeat(513) + "\"}"))
                        .failure(ExitCode.WRONG_TYPE))
                .contains("513 bytes");
    }

    @Test
    void damagedCompressionIsMalformedInput() throws IOException {
        Path file = directory.resolve("t.jsonl.gz");
        try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(file))) {
            out.write("{\"id\": 1}\n".repeat(1).getBytes(StandardCharsets.UTF_8));
        }
        byte[] whole = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(whole, whole.length - 9));

        assertThat(Shell.run("import", url(), "t", file.toString()).failure(ExitCode.MALFORMED))
                .contains("t.jsonl.gz line", "ends early");
    }

    // single rows

    @Test
    void rowsArePutReadAndDeletedOneByOne() throws IOException {
        people();
        assertThat(Shell.run("get", url(), "people", "a").success()).isEqualTo("""
                        {
                          "id": "a",
                          "name": {
                            "first": "Al"
                          },
                          "age": 7,
                          "score": 12,
                          "tags": [
                            "x"
                          ]
                        }
                        """);
        assertThat(Shell.run("put", url(), "people", "a", "{\"age\": 8}").success())
                .startsWith("changed 'a'");
        assertThat(Shell.withInput("{\"age\": 1}", "put", url(), "people", "z").success())
                .startsWith("created 'z'");
        assertThat(Shell.run("get", url(), "people", "a", "--format", "jsonl").out())
                .contains("\"age\":8", "\"Al\"");
        assertThat(Shell.run("delete", url(), "people", "z").success()).startsWith("deleted 'z'");

        assertThat(Shell.run("delete", url(), "people", "z").failure(ExitCode.NO_SUCH_ROW))
                .contains("'z'", "'people'");
        assertThat(Shell.run("get", url(), "people", "z").failure(ExitCode.NO_SUCH_ROW))
                .contains("'z'");
        assertThat(Shell.run("put", url(), "people", "a", "{").failure(ExitCode.MALFORMED))
                .contains("not JSON");
        assertThat(Shell.run("put", url(), "people", "a", "{\"age\": \"x\"}").failure(ExitCode.WRONG_TYPE))
                .contains("'age'");
        assertThat(Shell.run("put", url(), "people", "a", "{\"who\": 1}").failure(ExitCode.UNKNOWN_FIELD))
                .contains("'who'");
        assertThat(Shell.run("put", url(), "people", "a", "{\"id\": \"b\"}").failure(ExitCode.WRONG_TYPE))
                .contains("'b'");
    }

    // queries

    @Test
    void queriesPrintEveryFormatInIdOrder() throws IOException {
        people();
        String query = "select id, age from people where score > -10";
        assertThat(Shell.run("query", url(), query).success()).isEqualTo("""
                        id  age
                        ──  ───
                        a     7
                        b    31
                        c
                        (3 rows)
                        """);
        assertThat(Shell.run("query", url(), query, "--format", "jsonl").out())
                .isEqualTo("{\"id\":\"a\",\"age\":7}\n{\"id\":\"b\",\"age\":31}\n{\"id\":\"c\",\"age\":null}\n");
        assertThat(Shell.run("query", url(), query, "--format", "json", "--limit", "1")
                        .out())
                .isEqualTo("[\n{\"id\":\"a\",\"age\":7}\n]\n");
        assertThat(Shell.run("query", url(), query, "--format", "CSV").out())
                .isEqualTo("id,age\r\na,7\r\nb,31\r\nc,\r\n");
        assertThat(Shell.run("query", url(), "select count(this) from people where age is null", "--format", "jsonl")
                        .out())
                .isEqualTo("{\"count\":1}\n");
        assertThat(Shell.run("query", url(), "select name.first from people order by age desc", "--format", "jsonl")
                        .out())
                .isEqualTo("{\"name.first\":null}\n{\"name.first\":\"Bea\"}\n{\"name.first\":\"Al\"}\n");
    }

    @Test
    void parametersTakeTheTypeTheyAreComparedWith() throws IOException {
        people();
        String[] query = {
            "query", url(), "select id from people where age > :age and name.first = ?1", "--format", "csv"
        };
        assertThat(Shell.run(
                                "query",
                                url(),
                                "select id from people where age > :age",
                                "--param",
                                "age=7",
                                "--format",
                                "csv")
                        .success())
                .isEqualTo("id\r\nb\r\n");
        assertThat(Shell.run(
                                "query",
                                url(),
                                "select id from people where name.first = :n",
                                "--param",
                                "n:=\"Al\"",
                                "--format",
                                "csv")
                        .success())
                .isEqualTo("id\r\na\r\n");
        assertThat(Shell.run(query).code()).isNotZero();
    }

    @Test
    void textsInsideOfJsonStandBareInCsv() throws IOException {
        people();
        assertThat(Shell.run("query", url(), "select name.first, tags from people where age > 0", "--format", "csv")
                        .out())
                .isEqualTo("name.first,tags\r\nAl,\"[\"\"x\"\"]\"\r\nBea,[]\r\n");
    }

    @Test
    void explainTellsThePlan() throws IOException {
        people();
        assertThat(Shell.run("query", url(), "from people where id = 'a'", "--explain")
                        .success())
                .isNotBlank();
    }

    @Test
    void wrongQueriesSaySo() throws IOException {
        people();
        assertThat(Shell.run("query", url(), "select id frm people").failure(ExitCode.BAD_QUERY))
                .contains("column");
        assertThat(Shell.run("query", url(), "where age > 3").failure(ExitCode.BAD_QUERY))
                .contains("from", "people");
        assertThat(Shell.run("query", url(), "from peple").failure(ExitCode.UNKNOWN_TABLE))
                .contains("did you mean 'people'");
        assertThat(Shell.run("query", url(), "from people where agge > 3").failure(ExitCode.UNKNOWN_FIELD))
                .contains("did you mean 'age'");
        assertThat(Shell.run("query", url(), "from people where age > 'x'").failure(ExitCode.WRONG_TYPE))
                .contains("age");
        assertThat(Shell.run("query", url(), "from people where age > :a", "--param", "b=1")
                        .failure(ExitCode.BAD_QUERY))
                .contains(":a");
        assertThat(Shell.run("query", url(), "from people where age / 0 > 1").failure(ExitCode.BAD_QUERY))
                .contains("zero");
    }

    // whole stores

    @Test
    void infoAndTablesTellWhatThereIs() throws IOException {
        people();
        assertThat(Shell.run("tables", url()).success()).contains("people", "3", "5", "id", "(1 row)");
        assertThat(Shell.run("info", url()).success())
                .contains("durable    yes", "tables     1", "people, 3 rows")
                .containsPattern("id +TEXT, id")
                .containsPattern("score +REAL")
                .containsPattern("name +JSON");
    }

    @Test
    void infoPrintsWhatAStoreMeasuresAsATableThatFitsAndAsRows() throws IOException {
        people();
        String info = Shell.run("info", url()).success();
        assertThat(info).contains("measured", "meaning").doesNotContain("\u001b");
        assertThat(info.lines()).allMatch(line -> line.length() <= Terminal.DEFAULT_WIDTH);
        List<String> rows =
                Shell.run("info", url(), "--format", "jsonl").success().lines().toList();
        assertThat(rows).isNotEmpty().allMatch(row -> row.startsWith("{\"measured\":\"storage."));
        assertThat(rows).anyMatch(row -> row.matches(".*\"value\":[1-9].*"));
    }

    @Test
    void aStoreThatIsOnlyReadIsNotCreated() {
        for (String[] command : new String[][] {
            {"tables", url()},
            {"info", url()},
            {"export", url(), "t"},
            {"get", url(), "t", "1"},
            {"query", url(), "from t"},
            {"verify", url()},
            {"copy", url(), "memory:"}
        }) {
            Shell.run(command).failure(ExitCode.NO_SUCH_FILE);
        }
        assertThat(directory).isEmptyDirectory();
    }

    @Test
    void unknownTablesAndFilesAreNamed() throws IOException {
        people();
        assertThat(Shell.run("export", url(), "peopel").failure(ExitCode.UNKNOWN_TABLE))
                .contains("did you mean 'people'");
        assertThat(Shell.run("get", url(), "x", "1").failure(ExitCode.UNKNOWN_TABLE))
                .contains("the tables are people");
        assertThat(Shell.run("copy", url(), "memory:", "--table", "x").failure(ExitCode.UNKNOWN_TABLE))
                .contains("'x'");
        assertThat(Shell.run("import", url(), "t", "missing.jsonl").failure(ExitCode.NO_SUCH_FILE))
                .contains("'missing.jsonl'");
    }

    @Test
    void anExportThatCannotBeWrittenLeavesNothing() throws IOException {
        people();
        String target = directory.resolve("no/such/p.jsonl").toString();
        assertThat(Shell.run("export", url(), "people", target).failure(ExitCode.NO_SUCH_FILE))
                .contains("no/such");
        Shell.run("export", url(), "x", directory.resolve("p.jsonl").toString()).failure(ExitCode.UNKNOWN_TABLE);
        assertThat(directory.resolve("p.jsonl")).doesNotExist();
    }

    @Test
    void aCopyIsVerifiedTableByTable() throws IOException {
        people();
        Shell.withInput("{\"id\": 1}", "import", url(), "more", "-").success();
        String target = url(directory.resolve("copy"));

        String told = Shell.run("copy", url(), target, "--verify").success();

        assertThat(told).contains("same       more: 1 rows", "same       people: 3 rows");
        assertThat(Shell.run("export", target, "people").out())
                .isEqualTo(Shell.run("export", url(), "people").out());
        assertThat(Shell.run("copy", url(), target).failure(ExitCode.CONFLICT)).contains("has 1 rows already");
        String one = url(directory.resolve("one"));
        assertThat(Shell.run("copy", url(), one, "--table", "more").success()).isEqualTo("copied more: 1 rows\n");
        assertThat(Shell.run("copy", url(), url()).code()).isEqualTo(ExitCode.USAGE.code());
    }

    // migrations

    private String migration(String name, String content) throws IOException {
        Path migrations = Files.createDirectories(directory.resolve("migrations"));
        Files.writeString(migrations.resolve(name), content);
        return migrations.toString();
    }

    private String peopleMigrations() throws IOException {
        migration("V001__people.json", """
                {"changes": [{"createTable": {"table": "people", "primaryKey": ["id"],
                    "columns": [{"name": "id", "type": "TEXT"}, {"name": "age", "type": "INTEGER"}]}}]}
                """);
        return migration("V002__no_ages.json", """
                {"changes": [{"dropColumn": {"table": "people", "column": "age"}}]}
                """);
    }

    @Test
    void migrationsArePlannedAppliedAndRolledBack() throws IOException {
        String migrations = peopleMigrations();
        Files.delete(directory.resolve("migrations/V002__no_ages.json"));
        assertThat(Shell.run("migrate", "apply", url(), migrations).success()).isEqualTo("applied 001 (people)\n");
        Shell.run("put", url(), "people", "a", "{\"age\": 7}").success();
        peopleMigrations();

        assertThat(Shell.run("migrate", "plan", url(), migrations).success())
                .startsWith("002  no ages\n  ! drop column people.age  (1 rows)\n");
        assertThat(Shell.run("migrate", "apply", url(), migrations).failure(ExitCode.MIGRATION))
                .contains("002 (no ages)", "--allow-destructive");
        String backup = directory.resolve("before.zip").toString();
        assertThat(Shell.run("migrate", "apply", url(), migrations, "--backup", backup)
                        .success())
                .isEqualTo("applied 002 (no ages)\n");
        assertThat(Shell.run("verify-backup", backup).success()).contains("rows");
        assertThat(Shell.run("migrate", "apply", url(), migrations).success()).isEqualTo("nothing to apply\n");
        assertThat(Shell.run("query", url(), "from people", "--format", "csv").success())
                .isEqualTo("id\r\na\r\n");

        assertThat(Shell.run("migrate", "rollback", url(), migrations, "001").failure(ExitCode.MIGRATION))
                .contains("002 (no ages) depends on it");
        assertThat(Shell.run("migrate", "rollback", url(), migrations, "2").success())
                .isEqualTo("rolled back 002 (no ages)\n");
        assertThat(Shell.run("query", url(), "from people", "--format", "csv").success())
                .isEqualTo("id,age\r\na,7\r\n");
        assertThat(Shell.run("migrate", "rollback", url(), migrations, "--to", "0", "--allow-destructive")
                        .success())
                .isEqualTo("rolled back 001 (people)\n");
        assertThat(Shell.run("migrate", "plan", url(), migrations).success()).contains("001  people", "002  no ages");
    }

    @Test
    void theStatusOfMigrationsSaysWhatIsWrong() throws IOException {
        String migrations = peopleMigrations();
        Shell.run("migrate", "apply", url(), migrations, "--allow-destructive").success();
        assertThat(Shell.run("migrate", "status", url(), migrations, "--check", "--format", "csv")
                        .success()
                        .lines())
                .hasSize(3)
                .anyMatch(line -> line.startsWith("001,people,applied,"));
        migration("V002__no_ages.json", """
                {"changes": [{"dropColumn": {"table": "people", "column": "ages"}}]}
                """);
        assertThat(Shell.run("migrate", "status", url(), migrations).success()).contains("changed");
        assertThat(Shell.run("migrate", "apply", url(), migrations).failure(ExitCode.MIGRATION))
                .contains("--accept 002");
        Files.delete(directory.resolve("migrations/V002__no_ages.json"));
        assertThat(Shell.run("migrate", "status", url(), migrations).success()).contains("newer");
        assertThat(Shell.run("migrate", "apply", url(), migrations, "--forget", "002")
                        .success())
                .isEqualTo("nothing to apply\n");
        assertThat(Shell.run("migrate", "status", url(), migrations, "--check").code())
                .isEqualTo(ExitCode.DIFFERENT.code());
    }

    @Test
    void aNewMigrationIsAFileToBeFilled() throws IOException {
        String migrations = directory.resolve("m").toString();
        String file = Shell.run("migrate", "new", migrations, "create people")
                .success()
                .strip();
        assertThat(file).endsWith("V001__create_people.json");
        assertThat(Shell.run("migrate", "apply", url(), migrations).failure(ExitCode.MIGRATION))
                .contains(file, "has no changes");
        assertThat(Shell.run("migrate", "new", migrations, "views", "--sql").success())
                .endsWith("V002__views.sql\n");
        assertThat(Shell.run(
                                "migrate",
                                "apply",
                                url(),
                                directory.resolve("gone").toString())
                        .failure(ExitCode.NO_SUCH_FILE))
                .contains("gone");
        assertThat(Shell.run("migrate").code()).isEqualTo(ExitCode.USAGE.code());
    }

    @Test
    void aBackupIsVerifiedAndBroughtBack() throws IOException {
        people();
        Shell.withInput("{\"id\": 1}", "import", url(), "more", "-").success();
        String file = directory.resolve("people.zip").toString();

        assertThat(Shell.run("backup", url(), file).success()).startsWith("wrote " + file + ": 2 tables, 4 rows, of 2");
        assertThat(Shell.run("verify-backup", file).success()).startsWith("whole: 2 tables, 4 rows, of 2");
        assertThat(Shell.run("backup", url(), file).failure(ExitCode.IO)).contains("already");

        String target = url(directory.resolve("restored"));
        assertThat(Shell.run("restore", target, file).success()).startsWith("restored 2 tables, 4 rows, of 2");
        assertThat(Shell.run("export", target, "people").out())
                .isEqualTo(Shell.run("export", url(), "people").out());
        assertThat(Shell.run("restore", target, file).failure(ExitCode.CONFLICT))
                .contains("rows already", "--replace");
        Shell.run("delete", target, "people", "a").success();
        Shell.withInput("{\"id\": 1}", "import", target, "later", "-").success();
        Shell.run("restore", target, file, "--replace", "--quiet").success();
        assertThat(Shell.run("get", target, "people", "a").code()).isZero();
        Shell.run("export", target, "later").failure(ExitCode.UNKNOWN_TABLE);
    }

    @Test
    void aDamagedOrMissingBackupTouchesNothing() throws IOException {
        people();
        Path file = directory.resolve("people.zip");
        Shell.run("backup", url(), file.toString()).success();
        byte[] bytes = Files.readAllBytes(file);
        Files.write(file, Arrays.copyOf(bytes, bytes.length - 1));

        assertThat(Shell.run("verify-backup", file.toString()).failure(ExitCode.CORRUPT))
                .contains("its end");
        String target = url(directory.resolve("restored"));
        Shell.run("restore", target, file.toString()).failure(ExitCode.CORRUPT);
        Shell.run("restore", target, "missing.zip").failure(ExitCode.NO_SUCH_FILE);
        Shell.run("backup", target, directory.resolve("x.zip").toString()).failure(ExitCode.NO_SUCH_FILE);
        assertThat(directory.resolve("restored")).doesNotExist();
        Shell.run("restore", url(), file.toString(), "--replace").failure(ExitCode.CORRUPT);
        assertThat(Shell.run("verify", url()).success()).isEqualTo("clean: 1 tables, 3 rows\n");
        assertThat(directory.toFile().list()).noneMatch(name -> name.endsWith(".part"));
    }

    @Test
    void verifyFindsASoundStoreClean() throws IOException {
        people();
        assertThat(Shell.run("verify", url()).success()).isEqualTo("clean: 1 tables, 3 rows\n");
    }

    // versions

    @Test
    void theHistoryOfARowIsListedComparedAndRestored() throws IOException {
        String url = url() + "?versioningEnabled=true";
        Shell.run("import", url, "people", file("people.jsonl", PEOPLE)).success();
        Shell.run("put", url, "people", "a", "{\"age\": 8, \"name\": {\"first\": \"Al\", \"last\": \"B\"}}")
                .success();
        // from here on without the option: a store that has versions goes on
        Shell.run("delete", url(), "people", "a").success();
        String listed =
                Shell.run("history", url(), "people", "a", "--format", "jsonl").success();
        assertThat(json(listed))
                .extracting(line -> String.valueOf(((Map<?, ?>) line).get("kind")))
                .containsExactly("insert", "update", "delete");
        assertThat(Shell.run("history", url(), "people", "a")
                        .success()
                        .lines()
                        .findFirst()
                        .orElseThrow())
                .contains("version", "at", "kind", "who", "why", "row");
        assertThat(Shell.run("diff", url(), "people", "a", "1", "2", "--format", "jsonl")
                        .success())
                .isEqualTo("""
                        {"field":"name.last","before":null,"after":"B"}
                        {"field":"age","before":7,"after":8}
                        """);
        Shell incomplete = Shell.run("restore", url(), "people", "a");
        assertThat(incomplete.code()).isEqualTo(ExitCode.USAGE.code());
        assertThat(incomplete.err()).contains("name a backup, or a table, an id and the number of a version");
        assertThat(Shell.run("restore", url(), "people", "a", "first").err()).contains("not 'first'");
        assertThat(Shell.run("restore", url(), "people", "a", "1").success())
                .isEqualTo("restored 'a' in table 'people' as it was in version 1\n");
        assertThat(Shell.run("get", url(), "people", "a").success()).contains("\"age\": 7");
        assertThat(Shell.run("tables", url()).success()).doesNotContain("_history_");
    }

    @Test
    void aQueryIsAnsweredAsOfAMoment() throws Exception {
        String url = url() + "?versioningEnabled=true";
        Shell.run("import", url, "people", file("people.jsonl", PEOPLE)).success();
        Instant then = Instant.now();
        Thread.sleep(2);
        Shell.run("delete", url, "people", "b").success();
        String query = "select id from people order by id";
        assertThat(Shell.run("query", url, query, "--format", "csv").success()).isEqualTo("id\r\na\r\nc\r\n");
        assertThat(Shell.run("query", url, query, "--format", "csv", "--as-of", then.toString())
                        .success())
                .isEqualTo("id\r\na\r\nb\r\nc\r\n");
        assertThat(Shell.run(
                                "query",
                                url,
                                "select count(this) from people",
                                "--format",
                                "csv",
                                "--as-of",
                                then.toString())
                        .success())
                .isEqualTo("count\r\n3\r\n");
        assertThat(Shell.run("query", url, query, "--as-of", "yesterday").code())
                .isEqualTo(ExitCode.USAGE.code());
    }

    @Test
    void versionsThatAreNotThereAreNamed() throws IOException {
        people();
        assertThat(Shell.run("history", url(), "people", "a").failure(ExitCode.UNSUPPORTED))
                .contains("versioningEnabled=true");
        assertThat(Shell.run("query", url(), "from people", "--as-of", "2026-05-01T10:00:00Z")
                        .failure(ExitCode.UNSUPPORTED))
                .contains("versioningEnabled=true");
        String url = url() + "?versioningEnabled=true";
        Shell.run("put", url, "people", "a", "{\"age\": 8}").success();
        assertThat(Shell.run("diff", url, "people", "a", "1", "9").failure(ExitCode.NO_SUCH_ROW))
                .contains("has no version 9; those that are kept are 1 to 2");
        assertThat(Shell.run("history", url, "people", "nobody").failure(ExitCode.NO_SUCH_ROW))
                .contains("'nobody'");
    }
}
