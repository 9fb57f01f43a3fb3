package io.taskmover.storage.testkit;

import java.nio.file.Path;

class CachedMemoryTest extends CachedStoreContract {
    @Override
    protected String url(Path directory) {
        return "memory:";
    }
}
