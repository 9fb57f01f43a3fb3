package io.taskmover.storage.sql;

import io.taskmover.storage.backend.Verification;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.schema.Row;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Checks a database: as far as it checks itself, then each row against its table's rules. */
final class Verifier {
    /** More than so many problems tell no more than so many. */
    private static final int MOST_PROBLEMS = 100;

    private final Session session;
    private final Tables tables;
    private final SqlErrors errors;
    private final List<String> problems = new ArrayList<>();
    private long rows;

    Verifier(Session session, Tables tables, SqlErrors errors) {
        this.session = session;
        this.tables = tables;
        this.errors = errors;
    }

    Verification verify() throws SQLException {
        List<String> names = tables.names(session);
        problems.addAll(session.dialect().problems(session, MOST_PROBLEMS));
        for (String name : names) {
            try {
                check(tables.require(name, session));
            } catch (SQLException e) {
                problems.add("Table '" + name + "': " + errors.translate(e).getMessage());
            } catch (StorageException e) {
                problems.add("Table '" + name + "': " + e.getMessage());
            }
        }
        return new Verification(names.size(), rows, problems);
    }

    private void check(StoredTable table) throws SQLException {
        String sql = "select " + table.statements().columns() + " from " + table.quotedName();
        PreparedStatement statement = session.take(sql);
        try (ResultSet found = statement.executeQuery()) {
            while (found.next() && problems.size() < MOST_PROBLEMS) {
                rows++;
                try {
                    Row row = table.read(found);
                    table.schema().validate(row);
                } catch (StorageException e) {
                    problems.add(String.valueOf(e.getMessage()));
                }
            }
        } finally {
            session.give(sql, statement);
        }
    }
}
