package io.taskmover.storage.sql;

class MysqlCrashTest extends MariadbCrashTest {
    @Override
    String scheme() {
        return "mysql";
    }
}
