package io.taskmover.storage.sql;

import io.taskmover.storage.backend.BackendProvider;
import io.taskmover.storage.backend.DecisionsByHand;
import io.taskmover.storage.backend.StorageBackend;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/** Answers {@code postgresql://user@host:port/database}. */
public final class PostgresProvider implements BackendProvider {

    /** For {@link java.util.ServiceLoader}. */
    public PostgresProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("postgresql");
    }

    @Override
    public Set<String> options() {
        Set<String> options = new HashSet<>(
                List.of("user", "password", "passwordEnv", DecisionsByHand.OPTION, PostgresOptions.LOCK_TIMEOUT));
        options.addAll(PostgresOptions.DRIVER_PROPERTIES);
        return options;
    }

    @Override
    public StorageBackend create() {
        return new PostgresBackend();
    }
}
