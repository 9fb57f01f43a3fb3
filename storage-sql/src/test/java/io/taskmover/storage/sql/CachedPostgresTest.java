package io.taskmover.storage.sql;

import io.taskmover.storage.testkit.CachedStoreContract;
import java.nio.file.Path;

class CachedPostgresTest extends CachedStoreContract {
    @Override
    protected String url(Path directory) {
        return PostgresServer.url();
    }
}
