package io.taskmover.storage.sql;

import com.zaxxer.hikari.HikariConfig;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.ConfigException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Properties;

/** A JDBC driver that talks to MariaDB and MySQL, which whoever uses it brings along. */
enum MariadbDriver {
    MARIADB("org.mariadb.jdbc.Driver", "org.mariadb.jdbc:mariadb-java-client", "3.5", "org.mariadb.jdbc"),
    MYSQL("com.mysql.cj.jdbc.Driver", "com.mysql:mysql-connector-j", "9.0", "mysql.connector.j");

    private static final int DEFAULT_PORT = 3306;

    /** What an answer may take longer than the server's own timeout before the connection is given up. */
    private static final long ANSWER_MILLIS = 10_000;

    private final String className;
    private final String artifact;
    private final String version;
    private final String module;

    MariadbDriver(String className, String artifact, String version, String module) {
        this.className = className;
        this.artifact = artifact;
        this.version = version;
        this.module = module;
    }

    /** The properties that an address may carry. */
    List<String> properties() {
        return this == MARIADB ? MariadbOptions.MARIADB_PROPERTIES : MariadbOptions.MYSQL_PROPERTIES;
    }

    /** @throws ConfigException that names what is missing, if a class loader has no driver */
    void require(ClassLoader loader) {
        try {
            Class.forName(className, false, loader);
        } catch (ClassNotFoundException e) {
            throw new ConfigException(
                    "The JDBC driver is missing: add " + artifact + " to the dependencies (version " + version
                            + " or later), and to the modules with --add-modules " + module + " if you use them",
                    e);
        }
    }

    /** The address in a configuration; one without a user means one of this machine's name. */
    static ServerUrl url(StorageConfig config) {
        ServerUrl url = ServerUrl.of(config, DEFAULT_PORT).withDefaults(System.getProperty("user.name", "root"), "");
        if (url.database().isEmpty()) {
            throw new ConfigException(
                    "The address names no database: " + config.scheme() + "://user@host:port/database");
        }
        return url;
    }

    /** Where connections to a database come from, as a configuration asks for them. */
    HikariConfig pool(ServerUrl url, StorageConfig config) {
        HikariConfig pool = new HikariConfig();
        pool.setDriverClassName(className);
        pool.setJdbcUrl((this == MARIADB ? "jdbc:mariadb://" : "jdbc:mysql://") + url.host() + ":" + url.port() + "/"
                + encoded(url.database()));
        pool.setUsername(url.user());
        if (url.password() != null) {
            pool.setPassword(url.password());
        }
        pool.setDataSourceProperties(driverProperties(url, config));
        return pool;
    }

    private static String encoded(String database) {
        return URLEncoder.encode(database, StandardCharsets.UTF_8).replace("+", "%20");
    }

    /** What the driver is told beside the address, the user and the password. */
    Properties driverProperties(ServerUrl url, StorageConfig config) {
        long millis =
                Math.min(Integer.MAX_VALUE - ANSWER_MILLIS, config.timeout().toMillis());
        Properties properties = new Properties();
        properties.setProperty("connectTimeout", Long.toString(Math.max(1, millis)));
        properties.setProperty("socketTimeout", Long.toString(millis + ANSWER_MILLIS));
        properties.setProperty("useServerPrepStmts", "true");
        if (this == MARIADB) {
            properties.setProperty("allowLocalInfile", "false");
            properties.setProperty(MariadbOptions.SSL_MODE, url.isLocal() ? "disable" : "verify-full");
        } else {
            properties.setProperty("useCursorFetch", "true");
            properties.setProperty("rewriteBatchedStatements", "true");
            properties.setProperty("connectionTimeZone", "UTC");
            // who names whom to trust trusts nobody else
            properties.setProperty(
                    "fallbackToSystemTrustStore",
                    Boolean.toString(config.option(MariadbOptions.TRUSTED).isEmpty()));
            // braces in names are no escapes
            properties.setProperty("enableEscapeProcessing", "false");
            properties.setProperty("processEscapeCodesForPrepStmts", "false");
            properties.setProperty(MariadbOptions.SSL_MODE, url.isLocal() ? "PREFERRED" : "VERIFY_IDENTITY");
        }
        for (String name : properties()) {
            config.option(name).ifPresent(value -> properties.setProperty(name, value));
        }
        return properties;
    }
}
