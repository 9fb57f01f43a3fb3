package io.taskmover.storage.sql;

import io.taskmover.storage.backend.Explanation;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Index;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How MariaDB or MySQL says that it would run a selection. It reads a small table as a whole although an index would do;
 * then the index that it takes once it may not do that is named.
 */
final class MariadbExplanation {
    private final StoredTable table;
    private final List<String> lines = new ArrayList<>();
    private @Nullable String index;
    private @Nullable String possible;

    private MariadbExplanation(StoredTable table) {
        this.table = table;
    }

    static Explanation of(Session session, StoredTable table, Select select) throws SQLException {
        Selection selection = Selection.of(table, select);
        QueryPlan plan = selection.plan();
        MariadbExplanation explanation = new MariadbExplanation(table);
        explanation.read(session, plan.sql(), selection);
        List<String> lines = explanation.lines;
        List<String> keys = explanation.possible();
        if (explanation.index == null && !keys.isEmpty()) {
            String from = " from " + table.quotedName();
            lines.add("reads the whole table while that is the quickest; else:");
            explanation.read(
                    session,
                    plan.sql()
                            .replaceFirst(
                                    Pattern.quote(from),
                                    Matcher.quoteReplacement(from + " force index (" + String.join(", ", keys) + ")")),
                    selection);
        }
        if (plan.residuals() > 0) {
            lines.add("then tests each row for " + plan.residuals() + " condition(s) that the database cannot decide");
        }
        if (!plan.sorted()) {
            lines.add("then sorts in memory");
        }
        return new Explanation(explanation.index, String.join("\n", lines));
    }

    private void read(Session session, String sql, Selection selection) throws SQLException {
        try (PreparedStatement statement = session.prepareOnce("explain " + sql)) {
            selection.bind(statement);
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    String access = rows.getString("type");
                    String key = rows.getString("key");
                    lines.add("access " + access + (key == null ? "" : " by " + key) + ": " + rows.getString("Extra"));
                    possible = rows.getString("possible_keys");
                    boolean scans = access == null || access.equals("ALL") || access.equals("index");
                    index = scans || key == null ? null : name(table, key);
                }
            }
        }
    }

    /** The indexes that would do, quoted. The server lists them with commas, which their names may have too. */
    private List<String> possible() {
        if (possible == null) {
            return List.of();
        }
        List<String> names = new ArrayList<>(List.of("PRIMARY"));
        for (Index known : table.schema().indexes()) {
            names.add(table.names().index(known.name()));
        }
        return names.stream()
                .filter(name -> ("," + possible + ",").contains("," + name + ","))
                .map(table.dialect()::quote)
                .toList();
    }

    /** The library's name of the first of some keys that the database lists. */
    private static @Nullable String name(StoredTable table, String keys) {
        if (keys.equals("PRIMARY") || keys.startsWith("PRIMARY,")) {
            return Explanation.PRIMARY_KEY;
        }
        for (Index known : table.schema().indexes()) {
            String name = table.names().index(known.name());
            if (keys.equals(name) || keys.startsWith(name + ",")) {
                return known.name();
            }
        }
        return null;
    }
}
