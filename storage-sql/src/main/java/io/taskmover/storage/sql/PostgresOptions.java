package io.taskmover.storage.sql;

import java.util.List;

/** The options that an address may carry: known without the driver, which may be missing. */
final class PostgresOptions {
    /** The driver's properties that are handed on; any other is refused as unknown. */
    static final List<String> DRIVER_PROPERTIES =
            List.of("ApplicationName", "currentSchema", "sslmode", "sslrootcert", "sslcert", "sslkey", "tcpKeepAlive");

    /** How long a statement waits for another transaction, if that is to be less than the store's timeout. */
    static final String LOCK_TIMEOUT = "lockTimeout";

    private PostgresOptions() {}
}
