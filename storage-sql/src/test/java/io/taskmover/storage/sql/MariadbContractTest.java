package io.taskmover.storage.sql;

import io.taskmover.storage.testkit.BackendContracts;
import io.taskmover.storage.testkit.SchemaLockContract;
import java.nio.file.Path;

class MariadbContractTest extends BackendContracts implements SchemaLockContract {
    @Override
    protected String url(Path directory) {
        return MariadbServer.url("mariadb");
    }
}
