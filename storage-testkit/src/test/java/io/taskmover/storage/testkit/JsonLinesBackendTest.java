package io.taskmover.storage.testkit;

import java.nio.file.Path;

/** {@code file:} with {@code layout=lines}. */
class JsonLinesBackendTest extends BackendContracts {
    @Override
    protected String url(Path directory) {
        return "file:" + directory.resolve("store") + "?layout=lines";
    }
}
