package io.taskmover.storage.sql;

import java.nio.file.Path;

class MariadbExecuteSqlTest extends ExecuteSqlContract {
    @Override
    String url(Path directory) {
        return MariadbServer.url("mariadb");
    }
}
