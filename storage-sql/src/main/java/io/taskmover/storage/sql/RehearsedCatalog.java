package io.taskmover.storage.sql;

import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.TableSchema;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** The tables as changes would make them, which only tell their statements. */
final class RehearsedCatalog extends SqlCatalog {
    private final SqlTransaction transaction;
    private final Session session;
    private final Consumer<String> statements;
    /** The tables that were changed, as they would be; null for those that would be gone. */
    private final Map<String, @Nullable StoredTable> changed = new HashMap<>();

    private boolean bookkept;

    RehearsedCatalog(
            SqlTransaction transaction, Session session, SqlTransaction.Owner owner, Consumer<String> statements) {
        super(transaction, session, owner, Leftovers.none(session));
        this.transaction = transaction;
        this.session = session;
        this.statements = statements;
    }

    @Override
    Optional<StoredTable> find(String table) throws SQLException {
        return changed.containsKey(table) ? Optional.ofNullable(changed.get(table)) : super.find(table);
    }

    @Override
    void change(String table, Change change) {
        transaction.read(() -> {
            change.make();
            return change;
        });
    }

    @Override
    void define(String definition) {
        statements.accept(definition);
    }

    @Override
    void makeBookkeeping() throws SQLException {
        if (!bookkept) {
            bookkept = true;
            super.makeBookkeeping();
        }
    }

    @Override
    void keep(StoredTable table) {
        changed.put(table.name(), table);
    }

    @Override
    void note(StoredTable table, TableSchema schema) {
        List<PhysicalColumn> columns = new ArrayList<>();
        for (Column column : schema.columns()) {
            columns.add(new PhysicalColumn(
                    column.name(), columns.size(), session.dialect().codec(column.type())));
        }
        keep(new StoredTable(
                session.dialect(),
                schema,
                PhysicalNames.same(schema),
                false,
                columns,
                new ArrayList<>(columns),
                columns,
                Map.of()));
    }

    @Override
    void forget(StoredTable table) {
        changed.put(table.name(), null);
    }

    @Override
    Set<String> takenNames() throws SQLException {
        Set<String> names = new HashSet<>(super.takenNames());
        for (StoredTable table : changed.values()) {
            if (table != null) {
                names.add(session.dialect().names().folded(table.names().table()));
            }
        }
        return names;
    }

    @Override
    void forgetKeys(String table) {}

    /** An index that would be dropped before is there still. */
    @Override
    void requireFree(Index index) {}

    /** The rows are not what they would be. */
    @Override
    boolean isThere(String query) {
        return false;
    }
}
