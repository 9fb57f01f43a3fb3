package io.taskmover.storage.sql;

import java.nio.file.Path;

class PostgresExecuteSqlTest extends ExecuteSqlContract {
    @Override
    String url(Path directory) {
        return PostgresServer.url();
    }
}
