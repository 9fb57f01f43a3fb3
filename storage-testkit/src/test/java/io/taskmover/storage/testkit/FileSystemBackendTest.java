package io.taskmover.storage.testkit;

import java.nio.file.Path;

class FileSystemBackendTest extends BackendContracts implements SchemaLockContract {
    @Override
    protected String url(Path directory) {
        return "file:" + directory.resolve("store");
    }
}
