package io.taskmover.storage.sql;

import io.taskmover.storage.backend.Explanation;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.Json;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How PostgreSQL says that it would run a selection. It reads a small table as a whole although an index would do; then
 * the index that it takes once that is not for free is named as well.
 */
final class PostgresExplanation {
    /** Texts and numbers that are not a part of a name: values are not to be told, as the other databases do not. */
    private static final Pattern VALUES =
            Pattern.compile("'[^']*+(?:''[^']*+)*+'|(?<![\\w\".])-?\\d+(?:\\.\\d+)?(?![\\w\"])");

    private static final String SCANS = "select set_config('enable_seqscan', ?, true)";

    private final StoredTable table;
    private final List<String> steps = new ArrayList<>();
    private @Nullable String index;
    private boolean scansWhole;

    private PostgresExplanation(StoredTable table) {
        this.table = table;
    }

    static Explanation of(Session session, StoredTable table, Select select) throws SQLException {
        Selection selection = Selection.of(table, select);
        QueryPlan plan = selection.plan();
        PostgresExplanation now = new PostgresExplanation(table);
        now.read(session, selection);
        List<String> lines = new ArrayList<>(now.steps);
        if (now.index == null && now.scansWhole) {
            PostgresExplanation larger = new PostgresExplanation(table);
            List<String> before = session.queryTexts("select current_setting('enable_seqscan')");
            session.queryTexts(SCANS, List.of("off"));
            larger.read(session, selection);
            session.queryTexts(SCANS, before);
            now.index = larger.index;
            if (larger.index != null) {
                lines.add("reads the whole table while that is the quickest; else:");
                lines.addAll(larger.steps);
            }
        }
        if (plan.residuals() > 0) {
            lines.add("then tests each row for " + plan.residuals() + " condition(s) that PostgreSQL cannot decide");
        }
        if (!plan.sorted()) {
            lines.add("then sorts in memory");
        }
        return new Explanation(now.index, String.join("\n", lines));
    }

    private void read(Session session, Selection selection) throws SQLException {
        try (PreparedStatement statement =
                session.prepareOnce("explain (format json) " + selection.plan().sql())) {
            selection.bind(statement);
            try (ResultSet rows = statement.executeQuery()) {
                if (rows.next() && Json.parse(rows.getString(1)) instanceof List<?> list) {
                    step(((Map<?, ?>) list.get(0)).get("Plan"), "");
                }
            }
        }
    }

    private void step(@Nullable Object node, String indent) {
        if (!(node instanceof Map<?, ?> step)) {
            return;
        }
        Object name = step.get("Index Name");
        Object condition = step.get("Index Cond");
        steps.add(indent
                + step.get("Node Type")
                + (name == null ? "" : " by " + name)
                + (condition == null
                        ? ""
                        : " " + VALUES.matcher(condition.toString()).replaceAll("?")));
        scansWhole |= "Seq Scan".equals(step.get("Node Type"));
        if (name != null && condition != null && index == null) {
            index = name(name.toString());
        }
        if (step.get("Plans") instanceof List<?> inner) {
            inner.forEach(plan -> step(plan, indent + "  "));
        }
    }

    private String name(String physical) {
        for (Index known : table.schema().indexes()) {
            if (table.names().index(known.name()).equals(physical)) {
                return known.name();
            }
        }
        return Explanation.PRIMARY_KEY;
    }
}
