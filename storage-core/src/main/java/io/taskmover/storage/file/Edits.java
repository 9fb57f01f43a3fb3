package io.taskmover.storage.file;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.engine.Engine;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.file.RowParser.Broken;
import io.taskmover.storage.file.RowParser.Gone;
import io.taskmover.storage.file.RowParser.Parsed;
import io.taskmover.storage.file.RowParser.Whole;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Commits what someone else did to the JSON files. What cannot be committed stays where it is and is reported. */
final class Edits {
    private final Engine engine;
    private final RowFiles rows;

    Edits(Engine engine, RowFiles rows) {
        this.engine = engine;
        this.rows = rows;
    }

    /**
     * Commits the edits of a table, each by itself, so that one that breaks a rule keeps no other out.
     *
     * @return those that could not be committed
     */
    List<Broken> commit(String table, List<Parsed> edits) {
        List<Broken> failed = new ArrayList<>();
        for (Parsed edit : edits) {
            if (edit instanceof Broken broken) {
                report(broken);
                continue;
            }
            try {
                Object key = commit(table, edit);
                rows.files(table).accept(key, edit.found());
            } catch (StorageException e) {
                Broken broken = new Broken(edit.found(), String.valueOf(e.getMessage()));
                report(broken);
                failed.add(broken);
            }
        }
        return failed;
    }

    private static void report(Broken broken) {
        Threads.LOG.warn(
                "{} was changed, but cannot be taken over: {}", broken.found().place(), broken.problem());
    }

    private Object commit(String table, Parsed edit) {
        try (BackendTransaction transaction = engine.begin(TransactionOptions.DEFAULT)) {
            Object key;
            if (edit instanceof Whole whole) {
                key = whole.key();
                transaction.write(table, WriteMode.UPSERT, List.of(adopt(transaction, table, whole)));
            } else if (edit instanceof Gone gone) {
                key = gone.key();
                boolean unused = transaction.delete(table, key);
            } else {
                throw new IllegalArgumentException(String.valueOf(edit));
            }
            transaction.commit();
            return key;
        }
    }

    /** Members that are not columns become columns of type JSON, so that they are kept. */
    private static Row adopt(BackendTransaction transaction, String table, Whole edit) {
        TableSchema schema = transaction.catalog().table(table).orElseThrow();
        for (String name : edit.more().keySet()) {
            if (schema.rowType().indexOf(name) < 0) {
                transaction.catalog().addColumn(table, Column.of(name, DataType.JSON));
            }
        }
        schema = transaction.catalog().table(table).orElseThrow();
        @Nullable Object[] values = new @Nullable Object[schema.rowType().size()];
        Row row = Changes.convert(edit.row(), schema.rowType());
        for (int i = 0; i < values.length; i++) {
            String name = schema.columns().get(i).name();
            values[i] = edit.more().containsKey(name) ? edit.more().get(name) : row.get(i);
        }
        return Row.adopt(schema.rowType(), values);
    }
}
