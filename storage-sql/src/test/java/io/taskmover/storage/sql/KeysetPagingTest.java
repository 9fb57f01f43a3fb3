package io.taskmover.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.PageSelections;
import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Explanation;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A page that begins at a cursor is read from there on in the index of its order, and not from the order's beginning. */
class KeysetPagingTest {
    private static final TableSchema TASKS = TableSchema.builder("tasks")
            .column("id", DataType.TEXT)
            .column(Column.of("priority", DataType.INTEGER).withNotNull())
            .primaryKey("id")
            .index(new Index("by_priority", List.of("priority", "id"), false))
            .build();

    private static final int ROWS = 5_000;

    @TempDir
    java.nio.file.Path directory;

    private static Explanation secondPage(String url, boolean priorityDescending) {
        try (StorageBackend store = StorageBackend.open(StorageConfig.of(url))) {
            store.createTable(TASKS);
            List<Row> rows = new ArrayList<>();
            for (long id = 1; id <= ROWS; id++) {
                rows.add(Row.of(TASKS.rowType(), "task " + id, id * 7 % 500));
            }
            store.write("tasks", WriteMode.INSERT, rows);
            List<Sort> order =
                    List.of(new Sort(Path.of("priority"), priorityDescending), new Sort(Path.of("id"), false));
            try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY)) {
                Select select = PageSelections.afterTheFirst(transaction, TASKS, order, 20);
                return transaction.explain(select);
            }
        }
    }

    @Test
    void sqliteSearchesTheIndex() {
        for (boolean descending : new boolean[] {false, true}) {
            Explanation page = secondPage("sqlite:" + directory.resolve(descending + ".db"), descending);
            assertThat(page.index()).isEqualTo("by_priority");
            assertThat(page.detail()).contains(descending ? "priority<?" : "(priority,id)>(?,?)");
        }
    }

    @Test
    void postgresqlSearchesTheIndex() {
        for (boolean descending : new boolean[] {false, true}) {
            Explanation page = secondPage(PostgresServer.url(), descending);
            assertThat(page.index()).isEqualTo("by_priority");
            assertThat(page.detail()).contains(descending ? "priority <= " : "ROW(priority, id) > ROW(");
        }
    }

    @Test
    void mariadbSearchesTheIndex() {
        for (boolean descending : new boolean[] {false, true}) {
            Explanation page = secondPage(MariadbServer.url("mariadb"), descending);
            assertThat(page.index()).isEqualTo("by_priority");
        }
    }
}
