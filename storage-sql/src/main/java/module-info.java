/** Relational backends over JDBC: SQLite, PostgreSQL, MariaDB and MySQL. */
module io.taskmover.storage.sql {
    requires static transitive org.jspecify;
    requires transitive io.taskmover.storage;
    requires static jakarta.xml.bind; // what jOOQ annotates its own classes with; javadoc looks for it
    requires com.zaxxer.hikari;
    requires org.jooq;
    requires org.slf4j;
    requires static org.postgresql.jdbc; // brought by who uses PostgreSQL
    requires java.sql;
    requires org.xerial.sqlitejdbc;

    exports io.taskmover.storage.sql;

    provides io.taskmover.storage.backend.BackendProvider with
            io.taskmover.storage.sql.MariadbProvider,
            io.taskmover.storage.sql.MysqlProvider,
            io.taskmover.storage.sql.PostgresProvider,
            io.taskmover.storage.sql.SqliteProvider;
}
