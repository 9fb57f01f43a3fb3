package io.taskmover.storage.sql;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.Storage;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.transaction.TransactionManager;
import org.junit.jupiter.api.Test;

class SqliteDeciderTest extends DeciderContract {
    @Override
    String database() {
        return "sqlite:" + root.resolve("a database.db");
    }

    @Test
    void aDatabaseInMemoryCannotDecideForTwoFolders() {
        try (Storage folder = Storage.open(files());
                Storage other = Storage.open(files() + "2");
                Storage database = Storage.open("sqlite::memory:")) {
            assertThatThrownBy(() -> TransactionManager.across(folder, other, database))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("durable");
        }
    }

    @Test
    void twoThatCannotPrepareAreRefusedAtBegin() {
        try (Storage one = Storage.open(database());
                Storage two = Storage.open("sqlite:" + root.resolve("other.db"))) {
            assertThatThrownBy(() -> TransactionManager.across(one, two))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("other.db");
        }
    }
}
