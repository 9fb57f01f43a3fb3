package io.taskmover.storage.sql;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

class PostgresKilledServerTest extends KilledServerContract {
    private @Nullable EmbeddedPostgres server;
    private int port;

    private Path data() {
        return root.resolve("data");
    }

    @Override
    void start() throws Exception {
        EmbeddedPostgres.Builder builder =
                PostgresServer.builder().setDataDirectory(data()).setCleanDataDirectory(false);
        server = (port == 0 ? builder : builder.setPort(port)).start();
        port = server.getPort();
    }

    @Override
    void kill() throws Exception {
        Path pid = data().resolve("postmaster.pid");
        if (Files.exists(pid)) {
            ProcessHandle.of(Long.parseLong(Files.readAllLines(pid).get(0))).ifPresent(postmaster -> {
                List<ProcessHandle> all =
                        new ArrayList<>(postmaster.descendants().toList());
                all.add(0, postmaster);
                all.forEach(ProcessHandle::destroyForcibly);
                all.forEach(process -> process.onExit().join());
            });
        }
        Objects.requireNonNull(server).close();
    }

    @Override
    String url() {
        return "postgresql://postgres@localhost:" + port + "/postgres?timeout=3s";
    }
}
