package io.taskmover.storage.testkit;

import java.nio.file.Path;

class FileBackendTest extends BackendContracts {
    @Override
    protected String url(Path directory) {
        return "file:" + directory;
    }
}
