package io.taskmover.storage.sql;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A PostgreSQL server for the tests of one process: the one that the environment variable {@code STORAGE_TEST_POSTGRESQL}
 * names by its URL, or else one that is started at first use and ends with the process.
 */
final class PostgresServer {
    private static final AtomicInteger SCHEMAS = new AtomicInteger();
    private static final String URL = start();

    private PostgresServer() {}

    private static String start() {
        String given = System.getenv("STORAGE_TEST_POSTGRESQL");
        if (given != null) {
            return given;
        }
        try {
            EmbeddedPostgres server = builder().start();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                try {
                    server.close();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }));
            return "postgresql://postgres@localhost:" + server.getPort() + "/postgres";
        } catch (IOException e) {
            throw new UncheckedIOException("The PostgreSQL server of the tests does not start", e);
        }
    }

    /** A server that keeps what it acknowledges, as one in use does. */
    static EmbeddedPostgres.Builder builder() {
        return EmbeddedPostgres.builder()
                .setServerConfig("fsync", "on")
                .setServerConfig("synchronous_commit", "on")
                .setServerConfig("max_prepared_transactions", "20")
                .setServerConfig("max_connections", "200")
                // those who wait for each other are told soon
                .setServerConfig("deadlock_timeout", "50ms")
                .setPGStartupWait(Duration.ofMinutes(1));
    }

    /** The URL of a new, empty schema, with options: others follow after {@code &}. */
    static String url() {
        String schema = "s" + ProcessHandle.current().pid() + "_" + SCHEMAS.incrementAndGet();
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute("create schema " + schema);
        } catch (SQLException e) {
            throw new AssertionError("The tests' server is to let them make schemas", e);
        }
        return URL + "?lockTimeout=500ms&currentSchema=" + schema;
    }

    /** A connection as others have it, in no schema of its own. */
    static Connection connect() throws SQLException {
        return connect(URL);
    }

    /** A connection as others have it, to where a URL of this class leads. */
    static Connection connect(String url) throws SQLException {
        URI uri = URI.create(url);
        String[] user = uri.getUserInfo().split(":", 2);
        return DriverManager.getConnection(
                "jdbc:postgresql://" + uri.getHost() + ":" + uri.getPort() + uri.getPath()
                        + (uri.getQuery() == null ? "" : "?" + uri.getQuery()),
                user[0],
                user.length < 2 ? "" : user[1]);
    }
}
