package io.taskmover.storage.sql;

import java.nio.file.Path;

class SqliteExecuteSqlTest extends ExecuteSqlContract {
    @Override
    String url(Path directory) {
        return "sqlite:" + directory.resolve("notes.db");
    }
}
