package io.taskmover.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

class MariadbPreparingTest extends PreparingContract {
    String scheme() {
        return "mariadb";
    }

    @Override
    String database() {
        return MariadbServer.url(scheme());
    }

    @Override
    Connection connect(String database) throws SQLException {
        return MariadbServer.connect(database);
    }

    @Override
    void cut(Statement statement, String globalId) throws SQLException {
        List<Long> connections = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery(
                "select id from information_schema.processlist" + " where db = database() and id <> connection_id()")) {
            while (rows.next()) {
                connections.add(rows.getLong(1));
            }
        }
        assertThat(connections).isNotEmpty();
        for (long connection : connections) {
            statement.execute("kill " + connection);
        }
    }

    @Override
    String prepareAnothers(Statement statement) throws SQLException {
        String xid = "'another " + System.nanoTime() + "','its branch',1";
        statement.execute("xa start " + xid);
        statement.execute("insert into others values (1)");
        statement.execute("xa end " + xid);
        statement.execute("xa prepare " + xid);
        return "xa commit " + xid;
    }
}
