package io.taskmover.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.BackendProvider;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.testkit.Answers;
import io.taskmover.storage.testkit.QueryGenerator;
import io.taskmover.storage.testkit.TestTable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.ServiceLoader;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Generated queries get the same answer from every backend on the class path, byte for byte, and from the reference. */
class SameAnswersTest {
    private static final int TABLES = 12;
    private static final int QUERIES = 60;
    private static final int ROWS = 80;

    @TempDir
    Path directory;

    @Test
    void theSameQueriesGetTheSameAnswersFromThatSeed() {
        compare(20_260_101L);
    }

    @Test
    void otherQueriesEachTimeGetTheSameAnswers() {
        compare(new Random().nextLong());
    }

    private void compare(long seed) {
        Map<String, StorageBackend> backends = new LinkedHashMap<>();
        int selecting = 0;
        try {
            for (String scheme : schemes()) {
                backends.put(scheme, StorageBackend.open(StorageConfig.of(url(scheme))));
            }
            backends.put(
                    "file, lines",
                    StorageBackend.open(StorageConfig.of("file:" + directory.resolve("lines") + "?layout=lines")));
            for (int table = 0; table < TABLES; table++) {
                selecting += compareOneTable(seed + table, backends);
            }
        } finally {
            backends.values().forEach(StorageBackend::close);
        }
        assertThat(selecting).as("queries that select something").isGreaterThan(TABLES * QUERIES / 3);
    }

    /** Returns how many of the queries select something. */
    private static int compareOneTable(long seed, Map<String, StorageBackend> backends) {
        QueryGenerator generator = new QueryGenerator(seed, "generated " + seed);
        List<Row> rows = generator.rows(ROWS);
        List<TestTable> tables = new ArrayList<>();
        backends.forEach((scheme, backend) -> {
            TestTable table = TestTable.create(backend, generator.schema());
            backend.write(table.name(), WriteMode.INSERT, rows);
            tables.add(table);
        });
        int selecting = 0;
        for (int i = 0; i < QUERIES; i++) {
            Select select = generator.select();
            List<Row> expected = Answers.reference(generator.schema(), rows, select);
            long count = Answers.reference(
                            generator.schema(),
                            rows,
                            Select.from(select.table()).where(select.condition()))
                    .size();
            selecting += expected.isEmpty() ? 0 : 1;
            for (TestTable table : tables) {
                assertThat(Answers.comparable(select, table.rows(select)))
                        .as("seed %s, query %s on %s: %s", seed, i, table.store(), select)
                        .isEqualTo(Answers.comparable(select, expected));
                assertThat(table.count(select))
                        .as("seed %s, count %s on %s: %s", seed, i, table.store(), select)
                        .isEqualTo(count);
            }
        }
        return selecting;
    }

    private static TreeSet<String> schemes() {
        TreeSet<String> schemes = new TreeSet<>();
        for (BackendProvider provider : ServiceLoader.load(BackendProvider.class)) {
            schemes.addAll(provider.schemes());
        }
        return schemes;
    }

    private String url(String scheme) {
        return switch (scheme) {
            case "memory" -> "memory:";
            case "file" -> "file:" + directory.resolve("folder");
            case "sqlite" -> "sqlite:" + directory.resolve("store.db");
            case "mariadb", "mysql" -> MariadbServer.url(scheme);
            case "postgresql" -> PostgresServer.url();
            default -> throw new AssertionError("Say here where a store of " + scheme + ": lies");
        };
    }

    @Test
    void allBackendsTakePart() {
        assertThat(schemes()).contains("file", "mariadb", "memory", "mysql", "postgresql", "sqlite");
    }
}
