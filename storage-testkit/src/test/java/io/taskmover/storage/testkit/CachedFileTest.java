package io.taskmover.storage.testkit;

import java.nio.file.Path;

class CachedFileTest extends CachedStoreContract {
    @Override
    protected String url(Path directory) {
        return "file:" + directory.resolve("store");
    }
}
