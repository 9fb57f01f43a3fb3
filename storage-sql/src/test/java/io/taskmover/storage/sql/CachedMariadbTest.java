package io.taskmover.storage.sql;

import io.taskmover.storage.testkit.CachedStoreContract;
import java.nio.file.Path;

class CachedMariadbTest extends CachedStoreContract {
    @Override
    protected String url(Path directory) {
        return MariadbServer.url("mariadb");
    }
}
