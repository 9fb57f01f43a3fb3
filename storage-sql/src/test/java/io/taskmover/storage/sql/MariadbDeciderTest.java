package io.taskmover.storage.sql;

class MariadbDeciderTest extends DeciderContract {
    @Override
    String database() {
        return MariadbServer.url("mariadb");
    }
}
