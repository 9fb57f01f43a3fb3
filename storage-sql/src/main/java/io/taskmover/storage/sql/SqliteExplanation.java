package io.taskmover.storage.sql;

import io.taskmover.storage.backend.Explanation;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Index;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** How SQLite says that it would run a selection. */
final class SqliteExplanation {
    private SqliteExplanation() {}

    static Explanation of(Session session, StoredTable table, Select select) throws SQLException {
        Selection selection = Selection.of(table, select);
        QueryPlan plan = selection.plan();
        List<String> steps = new ArrayList<>();
        String sql = "explain query plan " + plan.sql();
        // prepared anew: SQLite does not notice that a kept explanation is out of date
        try (PreparedStatement statement = session.prepareOnce(sql)) {
            selection.bind(statement);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    steps.add(rows.getString(4));
                }
            }
        }
        List<String> lines = new ArrayList<>(steps);
        if (plan.residuals() > 0) {
            lines.add("then tests each row for " + plan.residuals() + " condition(s) that SQLite cannot decide");
        }
        if (!plan.sorted()) {
            lines.add("then sorts in memory");
        }
        return new Explanation(index(table, steps), String.join("\n", lines));
    }

    /** The index of the first step that searches instead of scanning. */
    private static @Nullable String index(StoredTable table, List<String> steps) {
        for (String step : steps) {
            if (!step.startsWith("SEARCH ")) {
                continue;
            }
            for (Index index : table.schema().indexes()) {
                if (step.contains(" INDEX " + table.names().index(index.name()) + " (")) {
                    return index.name();
                }
            }
            // by row id, by the key of a table without them, or by the index that SQLite keeps for a key
            return Explanation.PRIMARY_KEY;
        }
        return null;
    }
}
