package io.taskmover.storage.sql;

import io.taskmover.storage.testkit.BackendContracts;
import java.nio.file.Path;

class SqliteFileContractTest extends BackendContracts {
    @Override
    protected String url(Path directory) {
        return "sqlite:" + directory.resolve("store.db");
    }
}
