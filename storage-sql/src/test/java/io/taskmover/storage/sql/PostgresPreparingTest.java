package io.taskmover.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.Storage;
import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.transaction.TransactionManager;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class PostgresPreparingTest extends PreparingContract {
    @Override
    String database() {
        return PostgresServer.url();
    }

    @Override
    Connection connect(String database) throws SQLException {
        String schema = database.substring(database.indexOf("currentSchema=") + "currentSchema=".length());
        Connection connection = PostgresServer.connect();
        connection.setSchema(schema);
        return connection;
    }

    @Override
    void cut(Statement statement, String globalId) throws SQLException {
        try (ResultSet rows = statement.executeQuery("select pg_terminate_backend(pid) from pg_stat_activity"
                + " where pid <> pg_backend_pid() and query like 'prepare transaction %" + globalId + "%'")) {
            assertThat(rows.next()).isTrue();
        }
    }

    @Override
    String prepareAnothers(Statement statement) throws SQLException {
        String name = "'another''s " + System.nanoTime() + "'";
        statement.execute("begin");
        statement.execute("insert into others values (1)");
        statement.execute("prepare transaction " + name);
        return "commit prepared " + name;
    }

    /** That is how a server is set up unless somebody says otherwise. */
    @Test
    void aServerWithoutRoomForPreparedTransactionsSaysWhatToSet() throws IOException {
        try (EmbeddedPostgres server = EmbeddedPostgres.builder()
                        .setServerConfig("max_prepared_transactions", "0")
                        .start();
                Storage database = Storage.open("postgresql://postgres@localhost:" + server.getPort() + "/postgres");
                Storage files = Storage.open("sqlite:" + root.resolve("a.db"))) {
            assertThat(database.backend().capabilities().has(Feature.TWO_PHASE)).isFalse();
            assertThat(database.backend().inDoubt()).isEmpty();
            PreparedTransaction global = new PreparedTransaction("one", "file:/a", Instant.EPOCH);
            try (BackendTransaction branch = database.backend().begin(TransactionOptions.DEFAULT.asBranchOf(global))) {
                assertThatThrownBy(() -> branch.prepare(global))
                        .isInstanceOf(UnsupportedException.class)
                        .hasMessageContaining("max_prepared_transactions");
            }
            assertThatThrownBy(() -> TransactionManager.across(database, files))
                    .isInstanceOf(UnsupportedException.class)
                    .hasMessageContaining("max_prepared_transactions");
        }
    }
}
