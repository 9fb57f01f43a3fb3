package io.taskmover.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.ConnectionException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A server with a certificate for the name localhost, which is its own authority. Its key is in the resources: it guards
 * nothing but this test.
 */
class PostgresTlsTest {
    @TempDir
    Path directory;

    private Path file(String name) throws IOException {
        Path copy = directory.resolve(name);
        try (InputStream in = PostgresTlsTest.class.getResourceAsStream("/tls/" + name)) {
            Files.copy(Objects.requireNonNull(in), copy);
        }
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-------"));
        return copy;
    }

    @Test
    void aConnectionIsEncryptedAndTheServersNameVerified() throws Exception {
        Path certificate = file("localhost.crt");
        try (EmbeddedPostgres server = PostgresServer.builder()
                .setServerConfig("ssl", "on")
                .setServerConfig("ssl_cert_file", certificate.toString())
                .setServerConfig("ssl_key_file", file("localhost.key").toString())
                .start()) {
            String place =
                    ":" + server.getPort() + "/postgres?timeout=5s&ApplicationName=encrypted&sslmode=verify-full";
            StorageConfig verified = StorageConfig.builder("postgresql://postgres@localhost" + place)
                    .option("sslrootcert", certificate.toString())
                    .build();
            try (StorageBackend store = StorageBackend.open(verified);
                    Connection looking = server.getPostgresDatabase().getConnection();
                    Statement statement = looking.createStatement();
                    ResultSet encrypted = statement.executeQuery("select bool_and(ssl) from pg_stat_ssl join"
                            + " pg_stat_activity using (pid) where application_name = 'encrypted'")) {
                assertThat(encrypted.next()).isTrue();
                assertThat(encrypted.getBoolean(1)).isTrue();
                assertThat(store.verify().clean()).isTrue();
            }
            StorageConfig otherName = StorageConfig.builder("postgresql://postgres@127.0.0.1" + place)
                    .option("sslrootcert", certificate.toString())
                    .build();
            assertThatThrownBy(() -> StorageBackend.open(otherName)).isInstanceOf(ConnectionException.class);
            StorageConfig noAuthority = StorageConfig.builder("postgresql://postgres@localhost" + place)
                    .option("sslrootcert", directory.resolve("none").toString())
                    .build();
            assertThatThrownBy(() -> StorageBackend.open(noAuthority)).isInstanceOf(ConnectionException.class);
        }
    }
}
