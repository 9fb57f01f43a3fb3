package io.taskmover.storage.cli;

import java.nio.file.Path;

class SqliteCommandsTest extends StoreCommandsContract {
    @Override
    String url(Path place) {
        return "sqlite:" + place + ".db";
    }
}
