package io.taskmover.storage.backend;

import java.util.Set;

/** Makes the backend for URLs of some schemes. Found through {@link java.util.ServiceLoader}. */
public interface BackendProvider {

    /** The schemes that this provider answers, in lower case: {@code memory}, {@code sqlite}. */
    Set<String> schemes();

    /** The names of the URL options that only this backend knows, beside those of {@code StorageConfig}. */
    default Set<String> options() {
        return Set.of();
    }

    /** A new backend, not connected. */
    StorageBackend create();
}
