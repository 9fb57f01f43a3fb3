package io.taskmover.storage.sql;

class MysqlBackendTest extends MariadbBackendTest {
    @Override
    String scheme() {
        return "mysql";
    }
}
