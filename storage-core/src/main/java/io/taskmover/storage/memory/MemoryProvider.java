package io.taskmover.storage.memory;

import io.taskmover.storage.backend.BackendProvider;
import io.taskmover.storage.backend.StorageBackend;
import java.util.Set;

/** Makes memory backends for {@code memory:} URLs. */
public final class MemoryProvider implements BackendProvider {

    /** For {@link java.util.ServiceLoader}. */
    public MemoryProvider() {}

    @Override
    public Set<String> schemes() {
        return Set.of("memory");
    }

    @Override
    public StorageBackend create() {
        return new MemoryBackend();
    }
}
