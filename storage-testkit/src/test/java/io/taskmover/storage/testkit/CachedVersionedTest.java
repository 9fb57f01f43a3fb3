package io.taskmover.storage.testkit;

import java.nio.file.Path;

/** A cache over the layer that keeps versions. */
class CachedVersionedTest extends CachedStoreContract {
    @Override
    protected String url(Path directory) {
        return "memory:?versioningEnabled=true";
    }
}
