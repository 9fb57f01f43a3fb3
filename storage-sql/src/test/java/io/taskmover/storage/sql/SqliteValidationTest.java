package io.taskmover.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.Repository;
import io.taskmover.storage.Storage;
import io.taskmover.storage.error.ConstraintException;
import jakarta.validation.constraints.Min;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Constraints of Jakarta Validation in front of a database; the rest is the core's own test. */
class SqliteValidationTest {
    @TempDir
    Path directory;

    record Item(String id, @Min(1) int count) {}

    @Test
    void nothingOfABatchIsWrittenIfOneBreaksAConstraint() {
        try (Storage storage = Storage.open("sqlite:" + directory.resolve("items.db") + "?cache=true")) {
            Repository<Item, String> items = storage.repository(Item.class, String.class);
            assertThatThrownBy(() -> items.saveAll(List.of(new Item("a", 1), new Item("b", 0))))
                    .isInstanceOf(ConstraintException.class)
                    .hasMessageStartingWith("Row 'b' of table 'item' is refused: count ");
            assertThat(items.count()).isZero();
            storage.transaction(tx -> {
                items.save(new Item("a", 1));
                assertThatThrownBy(() -> items.insert(new Item("b", 0))).isInstanceOf(ConstraintException.class);
            });
            assertThat(items.findAll()).containsExactly(new Item("a", 1));
        }
    }
}
