package io.taskmover.storage.sql;

class MysqlPreparingTest extends MariadbPreparingTest {
    @Override
    String scheme() {
        return "mysql";
    }
}
