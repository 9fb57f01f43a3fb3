package io.taskmover.storage.file;

import io.taskmover.storage.backend.BackendProvider;
import io.taskmover.storage.backend.DecisionsByHand;
import io.taskmover.storage.backend.StorageBackend;
import java.util.Set;

/** Answers {@code file:DIR}. Found through {@link java.util.ServiceLoader}. */
public final class FileProvider implements BackendProvider {

    /** For {@link java.util.ServiceLoader}. */
    public FileProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("file");
    }

    @Override
    public Set<String> options() {
        return Set.of(
                Layout.OPTION,
                Durability.OPTION,
                MemoryBudget.OPTION,
                NetworkFileSystems.OPTION,
                Deletions.OPTION,
                DecisionsByHand.OPTION);
    }

    @Override
    public StorageBackend create() {
        return new FileSystemBackend();
    }
}
