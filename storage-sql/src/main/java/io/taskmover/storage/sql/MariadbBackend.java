package io.taskmover.storage.sql;

import io.taskmover.storage.backend.Capabilities;
import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.Replacement;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.UnsupportedException;
import java.sql.SQLException;
import java.util.EnumSet;
import org.jspecify.annotations.Nullable;

/**
 * A database of MariaDB or MySQL: {@code mariadb://user@host:port/database}, or {@code mysql:} with the other driver; which
 * server it is shows when it is connected. Transactions run beside each other, each on a connection out of a pool. One that
 * writes what another has written waits for that, and at SNAPSHOT loses if it is committed.
 *
 * <p>SNAPSHOT is MariaDB's repeatable read with {@code innodb_snapshot_isolation}; where there is no such thing, as in MySQL,
 * whoever asks for it gets SERIALIZABLE. A serializable transaction locks what it reads, rows and the gaps between them, unless
 * it is read-only: who writes there waits for it up to the timeout, and of two that wait for each other one is told at once.
 *
 * <p>A change of the catalog is committed at once, and with it what its transaction did before.
 */
public final class MariadbBackend extends ServerBackend {
    private static final Capabilities SNAPSHOTS = Capabilities.of(
            EnumSet.allOf(Isolation.class),
            Feature.DURABLE,
            Feature.CONCURRENT_WRITERS,
            Feature.TWO_PHASE,
            Feature.SQL,
            Feature.BACKUPS);
    private static final Capabilities LOCKS = Capabilities.of(
            EnumSet.of(Isolation.READ_COMMITTED, Isolation.SERIALIZABLE),
            Feature.DURABLE,
            Feature.CONCURRENT_WRITERS,
            Feature.TWO_PHASE,
            Feature.SQL,
            Feature.BACKUPS);

    private final MariadbDriver driver;
    private volatile @Nullable Capabilities connected;

    MariadbBackend(MariadbDriver driver) {
        this.driver = driver;
    }

    @Override
    public Capabilities capabilities() {
        Capabilities known = connected;
        return known != null ? known : driver == MariadbDriver.MARIADB ? SNAPSHOTS : LOCKS;
    }

    @Override
    public Replacement beginReplacement() {
        SessionPool open = store();
        if (config().readOnly()) {
            throw new UnsupportedException(
                    "The store was opened read-only; open it without mode=ro to replace what it holds");
        }
        return MariadbReplacement.begin(open.lease(), open.errors(), this::replaced);
    }

    @Override
    SessionPool open(StorageConfig config) {
        driver.require(MariadbBackend.class.getClassLoader());
        ServerUrl url = MariadbDriver.url(config);
        MariadbSession.Limits limits = MariadbSession.Limits.of(config);
        SessionPool pool = new SessionPool(
                driver.pool(url, config),
                config,
                new MariadbErrors(url.shown()),
                connection -> MariadbSession.open(connection, limits));
        try (SessionPool.Lease lease = pool.lease()) {
            MariadbSession session = (MariadbSession) lease.session();
            connected = preparing(session.hasSnapshots() ? SNAPSHOTS : LOCKS, session);
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
        return "the privilege XA_RECOVER_ADMIN";
    }

    @Override
    GeneratedKeys newKeys() {
        return AssignedKeys.INSTANCE;
    }
}
