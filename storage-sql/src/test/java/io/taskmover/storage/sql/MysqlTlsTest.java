package io.taskmover.storage.sql;

import io.taskmover.storage.config.StorageConfig;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;

class MysqlTlsTest extends MariadbTlsTest {
    private static final String PASSWORD = "changeit";

    @Override
    String scheme() {
        return "mysql";
    }

    @Override
    String verified() {
        return "sslMode=VERIFY_IDENTITY";
    }

    @Override
    String unencrypted() {
        return "sslMode=DISABLED";
    }

    /** This driver takes a file of Java's. */
    @Override
    StorageConfig.Builder trusting(StorageConfig.Builder config, Path authority) throws Exception {
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        trusted.load(null, null);
        try (InputStream in = Files.newInputStream(authority)) {
            trusted.setCertificateEntry(
                    "authority", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        Path file = directory.resolve(authority.getFileName() + ".p12");
        try (OutputStream out = Files.newOutputStream(file)) {
            trusted.store(out, PASSWORD.toCharArray());
        }
        return config.option("trustCertificateKeyStoreUrl", file.toUri().toString())
                .option("trustCertificateKeyStoreType", "PKCS12")
                .option("trustCertificateKeyStorePassword", PASSWORD);
    }
}
