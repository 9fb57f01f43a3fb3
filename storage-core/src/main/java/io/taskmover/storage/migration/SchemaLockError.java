package io.taskmover.storage.migration;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Classes are not what {@link SchemaLock} has of them. An {@link AssertionError}, so that tests fail by it, and programs do not
 * take it for the failure of a store. The message has all that is to be known.
 */
public final class SchemaLockError extends AssertionError {
    private static final long serialVersionUID = 1L;

    private final transient List<SchemaChange> changes;
    private final transient @Nullable Path migration;

    SchemaLockError(String message, List<SchemaChange> changes, @Nullable Path migration) {
        super(message);
        this.changes = List.copyOf(changes);
        this.migration = migration;
    }

    /** The changes that do not fit data that is there or, if there are none such, those that the lock does not have yet. */
    public List<SchemaChange> changes() {
        return changes;
    }

    /** The migration that is to be completed; empty if there is nothing that one could change, or none was written. */
    public Optional<Path> migration() {
        return Optional.ofNullable(migration);
    }
}
