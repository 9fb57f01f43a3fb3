package io.taskmover.storage.sql;

import io.taskmover.storage.backend.BackendProvider;
import io.taskmover.storage.backend.DecisionsByHand;
import io.taskmover.storage.backend.StorageBackend;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Answers {@code mysql://user@host:port/database}. */
public final class MysqlProvider implements BackendProvider {

    /** For {@link java.util.ServiceLoader}. */
    public MysqlProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("mysql");
    }

    @Override
    public Set<String> options() {
        Set<String> options = new HashSet<>(
                List.of("user", "password", "passwordEnv", DecisionsByHand.OPTION, MariadbOptions.LOCK_TIMEOUT));
        options.addAll(MariadbDriver.MYSQL.properties());
        return options;
    }

    @Override
    public StorageBackend create() {
        return new MariadbBackend(MariadbDriver.MYSQL);
    }
}
