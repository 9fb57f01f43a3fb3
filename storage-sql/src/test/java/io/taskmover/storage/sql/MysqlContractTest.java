package io.taskmover.storage.sql;

import io.taskmover.storage.testkit.BackendContracts;
import java.nio.file.Path;

class MysqlContractTest extends BackendContracts {
    @Override
    protected String url(Path directory) {
        return MariadbServer.url("mysql");
    }
}
