package io.taskmover.storage.sql;

import io.taskmover.storage.testkit.BackendContracts;
import io.taskmover.storage.testkit.SchemaLockContract;
import java.nio.file.Path;

class SqliteFileContractTest extends BackendContracts implements SchemaLockContract {
    @Override
    protected String url(Path directory) {
        return "sqlite:" + directory.resolve("store.db");
    }
}
