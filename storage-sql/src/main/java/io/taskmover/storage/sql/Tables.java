package io.taskmover.storage.sql;

import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.SchemaJson;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The tables of the database in one state of its catalog, read when first asked for. The changes of the catalog are counted,
 * so that a transaction whose count is the same can share what another has read.
 */
final class Tables {
    /** A version of a catalog that is changed in a transaction: none but that transaction may see it. */
    static final long UNCOMMITTED = -1;

    private final long version;
    private final Map<String, StoredTable> loaded = new ConcurrentHashMap<>();
    private volatile @Nullable Boolean bookkept;
    /** Whether all tables that this library made are loaded: what else there is was made by others. */
    private volatile boolean ownLoaded;

    Tables(long version) {
        this.version = version;
    }

    long version() {
        return version;
    }

    /** A table that was loaded before. */
    @Nullable
    StoredTable known(String name) {
        return loaded.get(name);
    }

    Optional<StoredTable> find(String name, Session session) throws SQLException {
        StoredTable table = loaded.get(name);
        if (table == null) {
            table = load(name, session);
            if (table == null) {
                return Optional.empty();
            }
            loaded.put(name, table);
        }
        return Optional.of(table);
    }

    /** Loads all tables that this library made, so that they need not be looked for later on. */
    void loadOwn(Session session) throws SQLException {
        if (!ownLoaded) {
            if (hasBookkeeping(session)) {
                for (String name : session.queryTexts("select name from " + OwnTables.BOOKKEEPING)) {
                    find(name, session);
                }
            }
            ownLoaded = true;
        }
    }

    /** Whether an own table that is called otherwise has this name in the database; all of them are loaded. */
    private boolean isStoredAs(String name) {
        return loaded.values().stream()
                .anyMatch(table -> table.own() && table.names().table().equals(name));
    }

    private @Nullable StoredTable load(String name, Session session) throws SQLException {
        if (ownLoaded) {
            if (isStoredAs(name)) {
                return null;
            }
        } else if (hasBookkeeping(session)) {
            StoredTable own = own(name, session);
            if (own != null) {
                return own;
            }
            // the name may be that of an own table which is called otherwise
            if (!session.queryTexts("select name from " + OwnTables.BOOKKEEPING + " where stored_as = ?", List.of(name))
                    .isEmpty()) {
                return null;
            }
        }
        String isThere = session.dialect().physicalTables() + " and name = ?";
        return session.queryTexts(isThere, List.of(name)).isEmpty()
                ? null
                : session.dialect().readExisting(name, session);
    }

    private static @Nullable StoredTable own(String name, Session session) throws SQLException {
        // a word that MySQL reserves
        String schema = session.dialect().quote("schema");
        String sql = "select " + schema + ", names from " + OwnTables.BOOKKEEPING + " where name = ?";
        PreparedStatement statement = session.take(sql);
        statement.setString(1, name);
        try (ResultSet rows = statement.executeQuery()) {
            return rows.next()
                    ? OwnTables.stored(
                            session.dialect(),
                            SchemaJson.parse(rows.getString(1)),
                            PhysicalNames.parse(rows.getString(2)))
                    : null;
        } finally {
            session.give(sql, statement);
        }
    }

    private boolean hasBookkeeping(Session session) throws SQLException {
        Boolean known = bookkept;
        if (known == null) {
            known = session.dialect().hasBookkeeping(session);
            bookkept = known;
        }
        return known;
    }

    /** @throws SchemaException if there is no such table */
    StoredTable require(String name, Session session) throws SQLException {
        StoredTable table = loaded.get(name);
        if (table != null) {
            return table;
        }
        Optional<StoredTable> found = find(name, session);
        if (found.isEmpty()) {
            throw new SchemaException("There is no table '" + name + "'; the tables are " + names(session));
        }
        return found.get();
    }

    /** All tables' names, sorted by code point. */
    List<String> names(Session session) throws SQLException {
        String physical = session.dialect().physicalTables();
        if (ownLoaded) {
            Stream<String> own =
                    loaded.values().stream().filter(StoredTable::own).map(StoredTable::name);
            Stream<String> others = session.queryTexts(physical).stream().filter(name -> !isStoredAs(name));
            return Stream.concat(own, others).sorted(DataType.TEXT::compare).toList();
        }
        return session.queryTexts(
                hasBookkeeping(session)
                        ? "select name from " + OwnTables.BOOKKEEPING + " union all " + physical
                                + " and name not in (select stored_as from " + OwnTables.BOOKKEEPING + ") order by 1"
                        : physical + " order by 1");
    }
}
