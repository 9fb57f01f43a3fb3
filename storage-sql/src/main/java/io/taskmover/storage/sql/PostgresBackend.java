package io.taskmover.storage.sql;

import com.zaxxer.hikari.HikariConfig;
import io.taskmover.storage.backend.Capabilities;
import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.config.StorageConfig;
import java.sql.SQLException;
import java.util.EnumSet;

/**
 * A PostgreSQL database: {@code postgresql://user@host:port/database}. Transactions run beside each other, each on a
 * connection out of a pool, at the database's own levels of isolation: SNAPSHOT is its repeatable read. One that writes
 * what another has written waits for that, and loses if it is committed.
 *
 * <p>A connection that is lost fails the transactions that use it, with a
 * {@link io.taskmover.storage.error.ConnectionException}; those that begin later get others. Only if it is lost during the
 * commit is the outcome unknown.
 */
public final class PostgresBackend extends ServerBackend {
    private static final Capabilities CAPABILITIES = Capabilities.of(
            EnumSet.allOf(Isolation.class),
            Feature.DURABLE,
            Feature.CONCURRENT_WRITERS,
            Feature.TRANSACTIONAL_DDL,
            Feature.TWO_PHASE,
            Feature.SQL,
            Feature.BACKUPS);

    private volatile Capabilities capabilities = CAPABILITIES;

    /** A backend that is not connected. */
    public PostgresBackend() {}

    @Override
    public Capabilities capabilities() {
        return capabilities;
    }

    @Override
    SessionPool open(StorageConfig config) {
        PostgresDriver.require(PostgresBackend.class.getClassLoader());
        ServerUrl url = PostgresDriver.url(config);
        HikariConfig settings = new HikariConfig();
        settings.setDataSource(PostgresDriver.dataSource(url, config));
        SessionPool pool = new SessionPool(settings, config, new PostgresErrors(url.shown()), PostgresSession::new);
        try (SessionPool.Lease lease = pool.lease()) {
            lease.session().beginStatement();
            capabilities = preparing(CAPABILITIES, lease.session());
        } catch (SQLException e) {
            pool.close();
            throw pool.errors().translate(e);
        } catch (RuntimeException e) {
            pool.close();
            throw e;
        }
        return pool;
    }

    @Override
    String toPrepare() {
        return "max_prepared_transactions to be more than 0 in postgresql.conf";
    }

    @Override
    GeneratedKeys newKeys() {
        return new PostgresKeys();
    }
}
