package io.taskmover.storage.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.schema.Row;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Statements in the database's own SQL, where there is one. */
interface SqlContract extends Contract {

    @Test
    default void sqlIsRunWhereItIsDeclaredAndRefusedElsewhere() {
        try (BackendTransaction transaction = subject().shared().begin(TransactionOptions.READ_ONLY)) {
            if (!capabilities().has(Feature.SQL)) {
                assertThatThrownBy(() -> transaction.executeSql("select 1 as one", List.of()))
                        .isInstanceOf(UnsupportedException.class)
                        .hasMessageContaining("no SQL");
                return;
            }
            try (RowCursor rows = transaction.executeSql("select 1 as one", List.of())) {
                assertThat(rows.next()).extracting(Row::toMap).isEqualTo(Map.of("one", 1L));
                assertThat(rows.next()).isNull();
            }
        }
    }
}
