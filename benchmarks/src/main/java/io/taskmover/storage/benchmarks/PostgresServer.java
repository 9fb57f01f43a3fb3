package io.taskmover.storage.benchmarks;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * The PostgreSQL server of a run, which all contenders on PostgreSQL use: started at first use, on the disk that is
 * measured, with the server's own settings. What would be a directory elsewhere is a schema here, of the same name.
 */
public final class PostgresServer {
    /** Names the server's port in the processes that a run starts. */
    private static final String PORT = "benchmarks.postgres.port";

    private static @Nullable EmbeddedPostgres server;

    private PostgresServer() {}

    private static synchronized int port() throws IOException {
        Integer given = Integer.getInteger(PORT);
        if (given != null) {
            return given;
        }
        if (server == null) {
            server = EmbeddedPostgres.builder()
                    .setDataDirectory(Disk.newDirectory())
                    .setServerConfig("fsync", "on")
                    .setServerConfig("synchronous_commit", "on")
                    .setPGStartupWait(Duration.ofMinutes(1))
                    .start();
        }
        return server.getPort();
    }

    /** The argument by which a Java process that a run starts finds the run's server. */
    static String argument() throws IOException {
        return "-D" + PORT + "=" + port();
    }

    /** What JDBC calls the schema of a directory, which is made if it is not there. */
    public static String jdbcUrl(Path directory) throws IOException, SQLException {
        return "jdbc:" + url(directory, "localhost", "user=postgres&");
    }

    /** What this library calls the schema of a directory, which is made if it is not there. */
    static String url(Path directory) throws IOException, SQLException {
        return url(directory, "postgres@localhost", "");
    }

    private static String url(Path directory, String host, String options) throws IOException, SQLException {
        String schema = String.valueOf(directory.getFileName());
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:postgresql://localhost:" + port() + "/postgres?user=postgres");
                Statement statement = connection.createStatement()) {
            statement.execute("create schema if not exists " + schema);
        }
        return "postgresql://" + host + ":" + port() + "/postgres?" + options + "currentSchema=" + schema;
    }

    /** Stops the server, if one was started; its data go with it. */
    static synchronized void stop() throws IOException {
        if (server != null) {
            server.close();
            server = null;
        }
    }
}
