package io.taskmover.storage.sql;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.jooq.Condition;
import org.jooq.DSLContext;
import org.jooq.Field;
import org.jooq.Record;
import org.jooq.Table;
import org.jooq.impl.DSL;

/** The SQL of a table's reads and writes by key, rendered once. Parameters come in the order that each method states. */
final class TableStatements {
    private final StoredTable stored;
    private final Table<Record> table;
    private final String columns;
    private final String find;
    private final String findToChange;
    private final String insert;
    private final String upsert;
    private final String delete;

    TableStatements(StoredTable stored) {
        this.stored = stored;
        this.table = table(stored);
        DSLContext sql = stored.dialect().sql();
        List<Field<Object>> read = new ArrayList<>();
        for (int position : stored.positions()) {
            read.add(field(stored, stored.value(position)));
        }
        this.columns = read.stream().map(field -> sql.render(field)).collect(Collectors.joining(", "));
        this.find = sql.render(sql.select(read).from(table).where(keyIs()));
        this.findToChange = stored.dialect().locking(find);
        this.delete = sql.render(sql.deleteFrom(table).where(keyIs()));
        List<Field<Object>> written = Arrays.stream(stored.written())
                .map(column -> field(stored, column))
                .toList();
        var insertion = sql.insertInto(table)
                .columns(written)
                .values(written.stream().map(field -> parameter()).toList());
        this.insert = stored.dialect().insertion(sql.render(insertion));
        this.upsert = stored.dialect().insertion(sql.render(upsert(written)));
    }

    /** The table as jOOQ names it. */
    static Table<Record> table(StoredTable stored) {
        return DSL.table(DSL.name(stored.names().table()));
    }

    /**
     * A column as jOOQ names it. With its table's name: SQLite takes a lone quoted name that is no column, one that was
     * dropped for example, for a text.
     */
    static Field<Object> field(StoredTable stored, PhysicalColumn column) {
        return DSL.field(DSL.name(stored.names().table(), column.name()));
    }

    private static Field<Object> parameter() {
        return DSL.val(null, Object.class);
    }

    private Condition keyIs() {
        Condition condition = DSL.noCondition();
        for (int position : stored.keyPositions()) {
            condition = condition.and(field(stored, stored.value(position)).eq(parameter()));
        }
        for (int position : stored.loosePositions()) {
            Field<Object> exact = stored.dialect().binary(field(stored, stored.value(position)));
            condition = condition.and(exact.eq(parameter()));
        }
        return condition;
    }

    private org.jooq.Query upsert(List<Field<Object>> written) {
        List<Field<Object>> key = new ArrayList<>();
        for (int position : stored.keyPositions()) {
            key.add(field(stored, stored.value(position)));
        }
        Map<Field<?>, Object> changes = new LinkedHashMap<>();
        for (Field<Object> column : written) {
            if (!key.contains(column)) {
                changes.put(column, DSL.excluded(column));
            }
        }
        var insertion = stored.dialect()
                .sql()
                .insertInto(table)
                .columns(written)
                .values(written.stream().map(field -> parameter()).toList())
                .onConflict(key);
        if (changes.isEmpty()) {
            // not "do nothing": each row that is stored counts as one change
            key.forEach(column -> changes.put(column, DSL.excluded(column)));
        }
        return insertion.doUpdate().set(changes);
    }

    /** The columns that {@link StoredTable#read} reads, for a select clause. */
    String columns() {
        return columns;
    }

    /** Selects {@link #columns}; takes the key. */
    String find() {
        return find;
    }

    /** As {@link #find}, of a row that is to be changed. */
    String findToChange() {
        return findToChange;
    }

    /** Takes {@link StoredTable#written}. */
    String insert() {
        return insert;
    }

    /** Inserts, or sets all columns of the row that has the key; takes {@link StoredTable#written}. */
    String upsert() {
        return upsert;
    }

    /** Takes the key. */
    String delete() {
        return delete;
    }

    /**
     * Sets the columns at some positions; takes those of {@link StoredTable#written} that hold them, then the key.
     *
     * @param positions none of them of the key, at least one
     */
    String update(Set<Integer> positions) {
        return stored.shaped(new UpdateShape(Set.copyOf(positions)), shape -> {
            Map<Field<?>, Object> changes = new LinkedHashMap<>();
            for (PhysicalColumn column : stored.written()) {
                if (shape.positions.contains(column.position())) {
                    changes.put(field(stored, column), parameter());
                }
            }
            DSLContext sql = stored.dialect().sql();
            return sql.render(sql.update(table).set(changes).where(keyIs()));
        });
    }

    private record UpdateShape(Set<Integer> positions) {}
}
