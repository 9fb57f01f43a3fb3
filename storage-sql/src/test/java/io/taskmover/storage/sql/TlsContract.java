package io.taskmover.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.ConnectionException;
import io.taskmover.storage.error.StorageException;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Objects;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whose server is let in, where connections are to be encrypted: servers of these tests' own. The authority is the
 * certificate {@code localhost.crt}, for that name, which has signed {@code expired.crt} too. Its key is in the resources:
 * it guards nothing but these tests.
 */
@Timeout(120)
abstract class TlsContract {
    @TempDir
    Path directory;

    /** A server that runs. */
    record Running(int port, Closeable server) implements Closeable {
        @Override
        public void close() throws IOException {
            server.close();
        }
    }

    /** Starts a server that lets nobody in without encryption. */
    abstract Running encrypting(Path certificate, Path key) throws Exception;

    /** Starts a server that cannot encrypt. */
    abstract Running plain() throws Exception;

    /** The URL of a database, with a timeout as its only option. */
    abstract String url(String host, int port);

    /** The option of a URL for that which is the default to other machines: the server's certificate and name are verified. */
    abstract String verified();

    /** The option of a URL for no encryption. */
    abstract String unencrypted();

    /** Names the certificate of whom to trust. */
    abstract StorageConfig.Builder trusting(StorageConfig.Builder config, Path authority) throws Exception;

    /** A copy of a resource that nobody else may read: servers insist on that. */
    final Path file(String name) throws IOException {
        Path copy = directory.resolve(name);
        if (!Files.exists(copy)) {
            try (InputStream in = TlsContract.class.getResourceAsStream("/tls/" + name)) {
                Files.copy(Objects.requireNonNull(in), copy);
            }
            Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-------"));
        }
        return copy;
    }

    private ThrowingCallable opening(String url, @Nullable String authority) {
        return () -> {
            StorageConfig.Builder config = StorageConfig.builder(url);
            StorageBackend.open((authority == null ? config : trusting(config, file(authority))).build())
                    .close();
        };
    }

    @Test
    void onlyWhoTheAuthorityVouchesForByThisNameIsLetIn() throws Exception {
        try (Running server = encrypting(file("localhost.crt"), file("localhost.key"))) {
            String localhost = url("localhost", server.port());
            String verifying = localhost + "&" + verified();
            StorageConfig trusted = trusting(StorageConfig.builder(verifying), file("localhost.crt"))
                    .build();
            try (StorageBackend store = StorageBackend.open(trusted)) {
                assertThat(store.verify().clean()).isTrue();
            }
            // so that what was let in is encrypted
            assertThatThrownBy(opening(localhost + "&" + unencrypted(), null))
                    .isInstanceOf(StorageException.class)
                    .hasMessageMatching(".*(no encryption|insecure transport).*");
            assertThatThrownBy(opening(verifying, "other.crt"))
                    .isInstanceOf(ConnectionException.class)
                    .hasMessageContaining("The certificate of");
            assertThatThrownBy(opening(verifying, null))
                    .isInstanceOf(StorageException.class)
                    .hasMessageContaining("certificate");
            assertThatThrownBy(opening(url("127.0.0.1", server.port()) + "&" + verified(), "localhost.crt"))
                    .isInstanceOf(ConnectionException.class)
                    .hasMessageContaining("verif");
        }
    }

    @Test
    void anExpiredCertificateIsRefused() throws Exception {
        try (Running server = encrypting(file("expired.crt"), file("localhost.key"))) {
            assertThatThrownBy(opening(url("localhost", server.port()) + "&" + verified(), "localhost.crt"))
                    .isInstanceOf(ConnectionException.class)
                    .hasMessageContaining("The certificate of")
                    .hasMessageContaining("2020");
        }
    }

    @Test
    void aServerThatCannotEncryptIsRefused() throws Exception {
        try (Running server = plain()) {
            String localhost = url("localhost", server.port());
            StorageBackend.open(StorageConfig.of(localhost)).close();
            assertThatThrownBy(opening(localhost + "&" + verified(), "localhost.crt"))
                    .isInstanceOf(ConnectionException.class)
                    .hasMessageMatching("(?i).*ssl.*");
            // this machine too, but by an address that is not known for it
            assertThatThrownBy(opening(url("0.0.0.0", server.port()), null))
                    .isInstanceOf(ConnectionException.class)
                    .hasMessageMatching("(?i).*ssl.*");
        }
    }
}
