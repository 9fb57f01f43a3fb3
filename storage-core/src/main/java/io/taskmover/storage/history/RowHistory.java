package io.taskmover.storage.history;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.MappingException;
import io.taskmover.storage.error.NotFoundException;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The versions of a table's rows, as one transaction sees them; used as that is, by one thread at a time.
 *
 * <p>A row that has not changed since versions of its table are kept has none yet; it is as it always was.
 */
public final class RowHistory {
    private final BackendTransaction transaction;
    private final HistoryTable history;
    private final Map<String, List<String>> former;

    /**
     * The history of a table.
     *
     * @throws SchemaException if there is no such table
     * @throws UnsupportedException if versions of its rows are not kept
     */
    public RowHistory(BackendTransaction transaction, String table) {
        this(transaction, table, Map.of());
    }

    /**
     * The history of a table whose columns have had other names.
     *
     * @param former those names by the ones of now: a version that has one of them, and not the one of now, is read by it
     * @throws SchemaException if there is no such table
     * @throws UnsupportedException if versions of its rows are not kept
     */
    public RowHistory(BackendTransaction transaction, String table, Map<String, List<String>> former) {
        this.former = Map.copyOf(former);
        this.transaction = transaction;
        TableSchema schema = transaction
                .catalog()
                .table(table)
                .orElseThrow(() -> new SchemaException("There is no table '" + table + "'; the tables are "
                        + transaction.catalog().tables()));
        this.history =
                transaction instanceof VersionedTransaction versioned ? versioned.of(schema) : HistoryTable.of(schema);
        if (transaction.catalog().table(history.name()).isEmpty()) {
            throw new UnsupportedException("Versions of the rows of table '" + table
                    + "' are not kept; open the store with versioningEnabled=true, and they are from then on");
        }
    }

    /** The table, as it is now. */
    public TableSchema schema() {
        return history.rows();
    }

    /**
     * All versions of a row that are kept, from the oldest to the newest; none if it has not changed.
     *
     * @param id a key of the table, of the key columns' types
     * @throws MappingException if a version has a value that is not of the type that its column has now
     */
    public List<RowVersion> versions(Object id) {
        List<RowVersion> versions = new ArrayList<>();
        try (RowCursor entries = transaction.select(history.versionsOf(id).orderBy(history.byNumber()))) {
            for (Row entry = entries.next(); entry != null; entry = entries.next()) {
                versions.add(history.version(entry, former));
            }
        }
        return versions;
    }

    /** One version of a row; empty if it has none of this number, or it is not kept any more. */
    public Optional<RowVersion> version(Object id, long number) {
        return transaction
                .find(history.name(), history.placeOf(id, number))
                .map(entry -> history.version(entry, former));
    }

    /**
     * One version of a row that must be there.
     *
     * @throws NotFoundException if it is not
     */
    public RowVersion require(Object id, long number) {
        return version(id, number)
                .orElseThrow(() -> new NotFoundException(
                        "Row '" + id + "' of table '" + schema().name() + "' has no version " + number + lastKnown(id),
                        schema().name(),
                        id));
    }

    private String lastKnown(Object id) {
        Row last = one(history.last(id, Condition.all()));
        Row first = one(history.first(id));
        return last == null || first == null
                ? "; it has none, since it has not changed"
                : "; those that are kept are " + history.numberOf(first) + " to " + history.numberOf(last);
    }

    /**
     * Writes what a row was in a version, as a change of its own; a version column is raised from what it is now.
     *
     * @return the row as stored
     * @throws NotFoundException if there is no such version, or the row was removed in it
     */
    public Row restore(Object id, long number) {
        Row row = require(id, number).row();
        TableSchema schema = schema();
        if (row == null) {
            throw new NotFoundException(
                    "Version " + number + " of row '" + id + "' of table '" + schema.name()
                            + "' is its removal: there is nothing to restore; delete the row, or name another version",
                    schema.name(),
                    id);
        }
        if (schema.versionColumn().isPresent()) {
            String column = schema.versionColumn().get();
            row = row.with(
                    column,
                    transaction
                            .find(schema.name(), id)
                            .map(now -> now.get(column))
                            .orElse(null));
        }
        return transaction.write(schema.name(), WriteMode.UPSERT, List.of(row)).get(0);
    }

    /**
     * A row as it was at a moment; empty if it was not there.
     *
     * @throws NotFoundException if its version of that time is not kept any more
     */
    public Optional<Row> find(Object id, Instant moment) {
        Row entry = one(history.last(id, HistoryTable.notAfter(moment)));
        if (entry != null) {
            return Optional.ofNullable(history.version(entry, former).row());
        }
        Row first = one(history.first(id));
        if (first == null) {
            return transaction.find(schema().name(), id);
        }
        requireFirst(id, history.numberOf(first), moment);
        return Optional.empty();
    }

    /** Rows by key as they were at a moment, of all that have changed since; null for those that were not there. */
    Map<Object, @Nullable Row> changedSince(Instant moment) {
        Map<Object, Long> firstAfter = new LinkedHashMap<>();
        try (RowCursor entries = transaction.select(history.numbers(false).where(HistoryTable.after(moment)))) {
            for (Row entry = entries.next(); entry != null; entry = entries.next()) {
                firstAfter.merge(history.keyOf(entry), history.numberOf(entry), Math::min);
            }
        }
        Map<Object, @Nullable Row> then = new LinkedHashMap<>(firstAfter.size() * 2);
        firstAfter.forEach((id, number) -> then.put(id, before(id, number, moment)));
        return then;
    }

    private @Nullable Row before(Object id, long number, Instant moment) {
        if (number == 1) {
            return null;
        }
        Optional<RowVersion> version = version(id, number - 1);
        if (version.isEmpty()) {
            requireFirst(id, number, moment);
        }
        return version.map(RowVersion::row).orElse(null);
    }

    private void requireFirst(Object id, long number, Instant moment) {
        if (number > 1) {
            throw new NotFoundException(
                    "How row '" + id + "' of table '" + schema().name() + "' was at " + moment
                            + " is not kept any more: its oldest version is " + number
                            + ". Ask for a later time, or keep more: see the options versions and versionsFor",
                    schema().name(),
                    id);
        }
    }

    private @Nullable Row one(Select select) {
        try (RowCursor rows = transaction.select(select)) {
            return rows.next();
        }
    }
}
