package io.taskmover.storage.testkit;

import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.cache.CachingBackend;
import io.taskmover.storage.config.CacheSettings;
import io.taskmover.storage.config.StorageConfig;
import java.nio.file.Path;

/** What every backend does is done the same with a cache over it. */
class CachedMemoryBackendTest extends BackendContracts {
    @Override
    protected String url(Path directory) {
        return "memory:?cache=true";
    }

    @Override
    protected StorageBackend open(StorageConfig config) {
        return new CachingBackend(super.open(config), CacheSettings.DEFAULT);
    }
}
