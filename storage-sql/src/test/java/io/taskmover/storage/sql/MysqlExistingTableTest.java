package io.taskmover.storage.sql;

class MysqlExistingTableTest extends MariadbExistingTableTest {
    @Override
    String scheme() {
        return "mysql";
    }
}
