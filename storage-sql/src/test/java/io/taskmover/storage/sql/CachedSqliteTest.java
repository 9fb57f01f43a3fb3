package io.taskmover.storage.sql;

import io.taskmover.storage.testkit.CachedStoreContract;
import java.nio.file.Path;

class CachedSqliteTest extends CachedStoreContract {
    @Override
    protected String url(Path directory) {
        return "sqlite:" + directory.resolve("store.db");
    }
}
