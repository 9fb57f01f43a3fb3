package io.taskmover.storage.sql;

import io.taskmover.storage.backend.BackendProvider;
import io.taskmover.storage.backend.StorageBackend;
import java.util.Set;

/** Answers {@code sqlite:FILE} and {@code sqlite::memory:}. */
public final class SqliteProvider implements BackendProvider {

    /** For {@link java.util.ServiceLoader}. */
    public SqliteProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("sqlite");
    }

    @Override
    public StorageBackend create() {
        return new SqliteBackend();
    }
}
