package io.taskmover.storage.sql;

import java.util.List;

/** The options that an address may carry: known without the driver, which may be missing. */
final class MariadbOptions {
    /** How long a statement waits for another transaction, if that is to be less than the store's timeout. */
    static final String LOCK_TIMEOUT = "lockTimeout";

    /** How the connection is encrypted: a property of both drivers. */
    static final String SSL_MODE = "sslMode";

    /** The properties of MariaDB's driver that are handed on; any other is refused as unknown. */
    static final List<String> MARIADB_PROPERTIES = List.of(
            SSL_MODE,
            "serverSslCert",
            "keyStore",
            "keyStorePassword",
            "keyStoreType",
            "tcpKeepAlive",
            "serverRsaPublicKeyFile",
            "allowPublicKeyRetrieval",
            "connectionAttributes");

    /** A file of certificates that MySQL's driver trusts. */
    static final String TRUSTED = "trustCertificateKeyStoreUrl";

    /** The properties of MySQL's driver that are handed on; any other is refused as unknown. */
    static final List<String> MYSQL_PROPERTIES = List.of(
            SSL_MODE,
            TRUSTED,
            "trustCertificateKeyStorePassword",
            "trustCertificateKeyStoreType",
            "clientCertificateKeyStoreUrl",
            "clientCertificateKeyStorePassword",
            "clientCertificateKeyStoreType",
            "tcpKeepAlive",
            "serverRSAPublicKeyFile",
            "allowPublicKeyRetrieval",
            "connectionAttributes");

    private MariadbOptions() {}
}
