package io.taskmover.storage.testkit;

import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.metering.MeteredBackend;
import java.nio.file.Path;

/** What every backend does is done the same when all of it is timed, and taken for slow. */
class MeteredMemoryBackendTest extends BackendContracts {
    @Override
    protected String url(Path directory) {
        return "memory:?slowQuery=PT0.000000001S";
    }

    @Override
    protected StorageBackend open(StorageConfig config) {
        return new MeteredBackend(super.open(config), config);
    }
}
