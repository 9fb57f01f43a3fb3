package io.taskmover.storage.sql;

import io.taskmover.storage.config.StorageConfig;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

class PostgresTlsTest extends TlsContract {
    @Override
    Running encrypting(Path certificate, Path key) throws IOException {
        // those who come otherwise are in no line
        Path admitted = Files.writeString(directory.resolve("pg_hba.conf"), "hostssl all all 127.0.0.1/32 trust\n");
        return running(PostgresServer.builder()
                .setServerConfig("ssl", "on")
                .setServerConfig("ssl_cert_file", certificate.toString())
                .setServerConfig("ssl_key_file", key.toString())
                .setServerConfig("hba_file", admitted.toString()));
    }

    @Override
    Running plain() throws IOException {
        return running(PostgresServer.builder());
    }

    private static Running running(EmbeddedPostgres.Builder builder) throws IOException {
        EmbeddedPostgres server = builder.start();
        return new Running(server.getPort(), server);
    }

    @Override
    String url(String host, int port) {
        return "postgresql://postgres@" + host + ":" + port + "/postgres?timeout=5s";
    }

    @Override
    String verified() {
        return "sslmode=verify-full";
    }

    @Override
    String unencrypted() {
        return "sslmode=disable";
    }

    @Override
    StorageConfig.Builder trusting(StorageConfig.Builder config, Path authority) {
        return config.option("sslrootcert", authority.toString());
    }
}
