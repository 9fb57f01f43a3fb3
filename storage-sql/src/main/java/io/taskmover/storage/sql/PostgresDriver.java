package io.taskmover.storage.sql;

import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.ConfigException;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.postgresql.PGProperty;
import org.postgresql.ds.PGSimpleDataSource;

/** PostgreSQL's JDBC driver, which whoever uses it brings along. */
final class PostgresDriver {
    /** What an answer may take longer than the server's own timeout before the connection is given up. */
    private static final long ANSWER_MILLIS = 10_000;

    private static final int DEFAULT_PORT = 5432;

    private PostgresDriver() {}

    /** Whoever names no user is one of this machine's name, and a database that is not named has the user's name. */
    static ServerUrl url(StorageConfig config) {
        ServerUrl given = ServerUrl.of(config, DEFAULT_PORT);
        String user = given.user().isEmpty() ? System.getProperty("user.name", "postgres") : given.user();
        return given.withDefaults(user, user);
    }

    /** @throws ConfigException that names what is missing, if a class loader has no driver */
    static void require(ClassLoader loader) {
        try {
            Class.forName("org.postgresql.Driver", false, loader);
        } catch (ClassNotFoundException e) {
            throw new ConfigException(
                    "The JDBC driver of PostgreSQL is missing: add org.postgresql:postgresql to the dependencies (version"
                            + " 42.7 or later), and to the modules with --add-modules org.postgresql.jdbc if you use them",
                    e);
        }
    }

    /** Makes connections to a database, as a configuration asks for them. */
    static DataSource dataSource(ServerUrl url, StorageConfig config) {
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {url.host()});
        source.setPortNumbers(new int[] {url.port()});
        source.setDatabaseName(url.database());
        source.setUser(url.user());
        if (url.password() != null) {
            source.setPassword(url.password());
        }
        try {
            for (String name : PostgresOptions.DRIVER_PROPERTIES) {
                if (config.option(name).isPresent()) {
                    source.setProperty(name, config.option(name).get());
                }
            }
            config.option("currentSchema")
                    .ifPresent(schema -> source.setCurrentSchema(PostgresDialect.INSTANCE.quote(schema)));
            if (config.option("sslmode").isEmpty()) {
                source.setSslMode(url.isLocal() ? "prefer" : "verify-full");
            }
            if (config.option("sslrootcert").isEmpty() && !url.isLocal()) {
                // those whom the Java runtime trusts; the driver's own default is a file that few have
                source.setSslfactory("org.postgresql.ssl.DefaultJavaSSLFactory");
            }
            long millis =
                    Math.min(Integer.MAX_VALUE - ANSWER_MILLIS, config.timeout().toMillis());
            long limit = Math.max(1, millis);
            long lockLimit = config.option(PostgresOptions.LOCK_TIMEOUT)
                    .map(text -> Math.max(1, StorageConfig.parseDuration(text).toMillis()))
                    .orElse(limit);
            source.setOptions("-c statement_timeout=" + limit + " -c lock_timeout=" + Math.min(limit, lockLimit));
            source.setConnectTimeout(seconds(millis));
            source.setLoginTimeout(seconds(millis));
            source.setSocketTimeout(seconds(millis + ANSWER_MILLIS));
            source.setProperty(PGProperty.REWRITE_BATCHED_INSERTS, "true");
            source.setLogServerErrorDetail(false);
        } catch (SQLException e) {
            throw new ConfigException("The driver of PostgreSQL refuses an option: " + e.getMessage(), e);
        }
        return source;
    }

    private static int seconds(long millis) {
        return (int) Math.max(1, (millis + 999) / 1000);
    }
}
