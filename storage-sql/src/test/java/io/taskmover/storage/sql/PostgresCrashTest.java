package io.taskmover.storage.sql;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class PostgresCrashTest extends CrashContract {
    @Override
    Server start(Path data) throws IOException {
        EmbeddedPostgres first = builder(data).start();
        return new Server() {
            private EmbeddedPostgres running = first;

            @Override
            public String url() {
                return "postgresql://postgres@localhost:" + first.getPort() + "/postgres";
            }

            @Override
            public ProcessHandle process() throws IOException {
                String line = Files.readAllLines(data.resolve("postmaster.pid")).get(0);
                return ProcessHandle.of(Long.parseLong(line)).orElseThrow();
            }

            @Override
            public void startAgain() throws IOException {
                running.close();
                running = builder(data).setPort(first.getPort()).start();
            }

            @Override
            public void stop() throws IOException {
                running.close();
            }
        };
    }

    private static EmbeddedPostgres.Builder builder(Path data) {
        return PostgresServer.builder().setDataDirectory(data).setCleanDataDirectory(false);
    }
}
