package io.taskmover.storage.sql;

class MysqlHostileTest extends MariadbHostileTest {
    @Override
    String scheme() {
        return "mysql";
    }
}
