package io.taskmover.storage.file;

import io.taskmover.storage.engine.RowReader;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowJson;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** The files of all tables, and how rows are read back from them. Thread-safe. */
final class RowFiles implements RowReader {
    private final Layout layout;
    private final Function<String, TableFiles> files;
    private final Map<String, Stored> tables = new ConcurrentHashMap<>();

    /** @param files makes what holds the rows of a table, by its name */
    RowFiles(Layout layout, Function<String, TableFiles> files) {
        this.layout = layout;
        this.files = files;
    }

    /** How rows are kept in files. */
    Layout layout() {
        return layout;
    }

    private static final class Stored {
        private final TableFiles files;
        /** Columns whose members in the files are those of former columns of the same names. */
        private volatile Set<String> unstable = Set.of();
        /** The form that was used last; tables rarely have two. */
        private volatile Form form = new Form(RowType.of(List.of()), Set.of());

        Stored(TableFiles files) {
            this.files = files;
        }

        Form form(RowType type) {
            Form last = form;
            if (last.type != type || last.unstable != unstable) {
                last = new Form(type, unstable);
                form = last;
            }
            return last;
        }
    }

    /** How rows of a type are read while some of its columns are not to be looked at. */
    private static final class Form {
        private final RowType type;
        private final Set<String> unstable;
        private final RowJson json;

        Form(RowType type, Set<String> unstable) {
            this.type = type;
            this.unstable = unstable;
            this.json = RowJson.of(
                    type.columns().stream().noneMatch(column -> unstable.contains(column.name()))
                            ? type
                            : RowType.of(type.columns().stream()
                                    .filter(column -> !unstable.contains(column.name()))
                                    .toList()));
        }

        Row read(byte[] bytes) {
            Row row = json.read(bytes, (name, value) -> {});
            return row.type() == type ? row : Changes.convert(row, type);
        }
    }

    /** The files of a table. */
    TableFiles files(String table) {
        return table(table).files;
    }

    private Stored table(String name) {
        return tables.computeIfAbsent(name, table -> new Stored(files.apply(table)));
    }

    /**
     * Says that changes of a table's columns are not in its files yet, although the engine has them: after the journal
     * was replayed.
     *
     * @param columns those that were added or dropped
     */
    void unstable(String table, Set<String> columns) {
        table(table).unstable = Set.copyOf(columns);
    }

    /** The columns that the files of a table do not have yet, or still have. */
    Set<String> unstable(String table) {
        return table(table).unstable;
    }

    /** Says that the files of a table have these changes of columns now. */
    void settled(String table, Set<String> columns) {
        Set<String> left = new HashSet<>(table(table).unstable);
        left.removeAll(columns);
        table(table).unstable = Set.copyOf(left);
    }

    /** Forgets all that is known of a table's files. While nobody reads them. */
    void forget(String table) {
        tables.remove(table);
    }

    @Override
    public Row read(TableSchema schema, Object key) {
        Stored table = table(schema.name());
        try {
            return table.form(schema.rowType()).read(table.files.read(key));
        } catch (ChangedFileException e) {
            throw Failures.corrupt(
                    e.file(), "it was changed or removed by someone else, and what it holds now is not taken over", e);
        } catch (IOException e) {
            throw Failures.io("read", table.files.directory(), e);
        } catch (IllegalArgumentException e) {
            throw Failures.corrupt(
                    table.files.directory(), "the row '" + key + "' cannot be understood: " + e.getMessage(), e);
        }
    }
}
