package io.taskmover.storage.testkit;

import java.nio.file.Path;

class MemoryBackendTest extends BackendContracts implements SchemaLockContract {
    @Override
    protected String url(Path directory) {
        return "memory:";
    }
}
