package io.taskmover.storage.sql;

import java.nio.file.Path;

class MysqlExecuteSqlTest extends ExecuteSqlContract {
    @Override
    String url(Path directory) {
        return MariadbServer.url("mysql");
    }
}
