package io.taskmover.storage.sql;

import io.taskmover.storage.backend.Decisions;
import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.Replacement;
import io.taskmover.storage.error.LockedException;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.SchemaJson;
import io.taskmover.storage.schema.TableSchema;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Another content for a database of MariaDB or MySQL, whose changes of the catalog are no part of a transaction: tables
 * under hidden names, with a bookkeeping of their own. One {@code RENAME TABLE}, which the server does as a whole or not at
 * all, gives all of them their names and takes the former ones away, the bookkeeping and the catalog's number among them.
 */
final class MariadbReplacement implements Replacement {
    private static final Logger LOG = LoggerFactory.getLogger(MariadbReplacement.class);

    private static final String COMING = MariadbNames.HIDDEN + "new_";
    private static final String FORMER = MariadbNames.HIDDEN + "old_";
    private static final String COMING_TABLES = COMING + "tables";
    private static final String COMING_VERSION = COMING + "catalog";

    /** Only one replaces what a database holds. */
    private static final String LOCK = "concat('storage replace ', left(sha2(database(), 256), 40))";

    private static final Duration TIMEOUT = Duration.ofDays(1);

    private final SessionPool.Lease lease;
    private final MariadbSession session;
    private final MariadbDialect dialect;
    private final ServerErrors errors;
    private final Runnable replaced;

    /** The tables that were made, under their hidden names. */
    private final Map<String, StoredTable> coming = new LinkedHashMap<>();
    /** What each of them is to be called. */
    private final Map<String, String> names = new LinkedHashMap<>();

    private final Set<String> ofOthers = new HashSet<>();
    /** The names that tables have or are to have, folded. */
    private final Set<String> taken = new HashSet<>();

    private final Set<String> indexes = new HashSet<>();
    private boolean locked;

    private MariadbReplacement(SessionPool.Lease lease, ServerErrors errors, Runnable replaced) {
        this.lease = lease;
        this.session = (MariadbSession) lease.session();
        this.dialect = (MariadbDialect) session.dialect();
        this.errors = errors;
        this.replaced = replaced;
    }

    /** @param replaced is run when what the database held is replaced */
    static MariadbReplacement begin(SessionPool.Lease lease, ServerErrors errors, Runnable replaced) {
        MariadbReplacement replacement = new MariadbReplacement(lease, errors, replaced);
        boolean begun = false;
        try {
            replacement.begin();
            begun = true;
            return replacement;
        } catch (SQLException e) {
            throw errors.translate(e);
        } finally {
            if (!begun) {
                replacement.close();
            }
        }
    }

    private void begin() throws SQLException {
        session.beginStatement();
        if (session.queryLong("select get_lock(" + LOCK + ", 0)") != 1) {
            throw new LockedException(
                    "Somebody else is replacing what " + errors.place() + " holds; wait until that is done");
        }
        locked = true;
        dropHidden();
        session.executeOnce(dialect.createBookkeeping().replace(OwnTables.BOOKKEEPING, COMING_TABLES));
        String others = dialect.physicalTables()
                + (dialect.hasBookkeeping(session)
                        ? " and name not in (select stored_as from " + OwnTables.BOOKKEEPING + " where name <> '"
                                + Decisions.TABLE + "')"
                        : "");
        ofOthers.addAll(session.queryTexts(others));
        for (String name : ofOthers) {
            taken.add(dialect.names().folded(name));
        }
    }

    /** Removes the tables that one has left which ended in the middle. */
    private void dropHidden() throws SQLException {
        for (String table : session.queryTexts("select table_name from information_schema.tables where"
                + " table_schema = database() and left(table_name, " + COMING.length() + ") in ('" + COMING + "', '"
                + FORMER + "')")) {
            session.executeOnce("drop table if exists " + dialect.quote(table));
        }
    }

    @Override
    public void create(TableSchema schema, long lastGeneratedKey) {
        try {
            if (coming.containsKey(schema.name())) {
                throw new SchemaException("There is a table '" + schema.name() + "' already");
            }
            if (ofOthers.contains(schema.name())) {
                throw new SchemaException("Table '" + schema.name() + "' is there, and this library has not made it, so"
                        + " it is not replaced; rename it, or use another database");
            }
            for (Index index : schema.indexes()) {
                if (!indexes.add(index.name())) {
                    throw new SchemaException("There is an index '" + index.name() + "' already");
                }
            }
            make(schema, lastGeneratedKey);
        } catch (SQLException e) {
            throw errors.translate(e);
        }
    }

    private void make(TableSchema schema, long lastGeneratedKey) throws SQLException {
        NameRules rules = dialect.names();
        PhysicalNames chosen = PhysicalNames.choose(schema, null, rules, name -> taken.contains(rules.folded(name)));
        taken.add(rules.folded(chosen.table()));
        StoredTable table = OwnTables.stored(dialect, schema, chosen.withTable(COMING + (coming.size() + 1)));
        session.executeOnce(dialect.createTable(table, Set.of()));
        PreparedStatement statement =
                session.prepareOnce(dialect.keepSchema().replace(OwnTables.BOOKKEEPING, COMING_TABLES));
        try (statement) {
            statement.setString(1, schema.name());
            statement.setString(2, chosen.table());
            statement.setString(3, SchemaJson.line(schema));
            statement.setString(4, chosen.text());
            statement.executeUpdate();
        }
        if (schema.generatedKey() && lastGeneratedKey > 0 && lastGeneratedKey < Long.MAX_VALUE) {
            session.executeOnce("alter table " + table.quotedName() + " auto_increment = " + (lastGeneratedKey + 1));
        }
        coming.put(schema.name(), table);
        names.put(table.names().table(), chosen.table());
    }

    @Override
    public void load(String table, List<Row> rows) {
        StoredTable stored = coming.get(table);
        if (stored == null) {
            throw new SchemaException("There is no table '" + table + "'; the tables are " + coming.keySet());
        }
        try {
            session.begin(Isolation.READ_COMMITTED, false, TIMEOUT);
            try (RowWriter writer = new RowWriter(session, stored, errors, AssignedKeys.INSTANCE, null)) {
                writer.load(rows);
            }
            session.commit();
        } catch (SQLException e) {
            throw errors.translate(e);
        }
    }

    @Override
    public void commit() {
        try {
            session.rollback(); // what a load that was refused has left
            session.beginStatement();
            session.lockCatalog();
            try {
                rename();
            } finally {
                session.unlockCatalog();
            }
        } catch (SQLException e) {
            throw errors.translate(e);
        }
        replaced.run();
        try {
            dropHidden();
        } catch (SQLException e) {
            LOG.warn(
                    "What a database held before it was replaced is still there, hidden; the next replacement removes it",
                    e);
        }
    }

    private void rename() throws SQLException {
        List<String> renames = new ArrayList<>();
        if (dialect.hasBookkeeping(session)) {
            // decisions stay as they are
            session.executeOnce("insert into " + COMING_TABLES + " select * from " + OwnTables.BOOKKEEPING
                    + " where name = '" + Decisions.TABLE + "'");
            for (String table : session.queryTexts(
                    "select stored_as from " + OwnTables.BOOKKEEPING + " where name <> '" + Decisions.TABLE + "'")) {
                rename(table, FORMER + (renames.size() + 1), renames);
            }
            rename(OwnTables.BOOKKEEPING, FORMER + "tables", renames);
        }
        long version = dialect.catalogVersion(session);
        if (version > 0) {
            rename(MariadbDialect.VERSION, FORMER + "catalog", renames);
        }
        session.executeOnce("create table " + COMING_VERSION + dialect.versionColumns());
        session.executeOnce("insert into " + COMING_VERSION + " (only_row, version) values (1, " + (version + 1) + ")");
        rename(COMING_VERSION, MariadbDialect.VERSION, renames);
        rename(COMING_TABLES, OwnTables.BOOKKEEPING, renames);
        names.forEach((hidden, name) -> rename(hidden, name, renames));
        session.executeOnce("rename table " + String.join(", ", renames));
    }

    private void rename(String from, String to, List<String> renames) {
        renames.add(dialect.quote(from) + " to " + dialect.quote(to));
    }

    @Override
    public void close() {
        session.rollback();
        try {
            if (locked) {
                locked = false;
                dropHidden();
                session.queryLong("select release_lock(" + LOCK + ")");
            }
        } catch (SQLException e) {
            LOG.warn(
                    "Tables of a replacement that was not committed are still there, hidden; the next one removes them",
                    e);
        } finally {
            lease.close();
        }
    }
}
