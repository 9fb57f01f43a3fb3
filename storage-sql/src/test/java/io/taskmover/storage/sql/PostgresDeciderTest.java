package io.taskmover.storage.sql;

class PostgresDeciderTest extends DeciderContract {
    @Override
    String database() {
        return PostgresServer.url();
    }
}
