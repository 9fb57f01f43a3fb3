package io.taskmover.storage.file;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.CommitOrigin;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.engine.Engine;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.ConstraintException;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.file.RowParser.Broken;
import io.taskmover.storage.file.RowParser.Gone;
import io.taskmover.storage.file.RowParser.Parsed;
import io.taskmover.storage.file.RowParser.Whole;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Commits what someone else did to the JSON files, as {@link CommitOrigin#EXTERNAL}. What cannot be committed stays where
 * it is and is reported. Thread-safe but for {@link #commit}, which is for whoever has the files for itself.
 */
final class Edits {
    private final Engine engine;
    private final RowFiles rows;
    private final LongConsumer sync;
    private final BrokenFiles broken;
    private final LongAdder committed = new LongAdder();
    /** What could not be taken over, by place. */
    private final Map<String, Broken> refused = new ConcurrentHashMap<>();

    /**
     * @param sync returns when the commit of this sequence is durable
     * @param broken is told of files that can be understood by now
     */
    Edits(Engine engine, RowFiles rows, LongConsumer sync, BrokenFiles broken) {
        this.engine = engine;
        this.rows = rows;
        this.sync = sync;
        this.broken = broken;
    }

    /** How many edits were committed since the store was opened. */
    long committed() {
        return committed.sum();
    }

    /** What is in the files and could not be taken over. */
    Map<String, Broken> refused() {
        return refused;
    }

    /** Reads what was found in the files of a table, as the table is now; any thread may. */
    RowParser parser(String table, boolean later) {
        Set<String> unstable = rows.unstable(table);
        return new RowParser(engine.schemaOf(table), rows.files(table), unstable, unstable, key -> later);
    }

    /**
     * Commits edits of a table, each by itself, so that one that breaks a rule keeps no other out.
     *
     * @return those that could not be committed
     */
    List<Broken> commit(String table, List<Parsed> edits) {
        List<Object> keys = new ArrayList<>();
        for (Parsed edit : edits) {
            Object key = keyOf(edit);
            if (key != null) {
                keys.add(key);
            }
        }
        if (keys.size() > 1) {
            engine.lose(table, keys);
        }
        List<Broken> failed = new ArrayList<>();
        for (Parsed edit : edits) {
            Object key = keyOf(edit);
            if (edit instanceof Broken problem) {
                refuse(problem);
            } else if (key != null) {
                try {
                    commit(table, edit, key);
                    accepted(table, key, edit.found());
                } catch (ConstraintException | DuplicateKeyException | SchemaException e) {
                    Broken problem = new Broken(edit.found(), String.valueOf(e.getMessage()));
                    refuse(problem);
                    failed.add(problem);
                }
            }
        }
        return failed;
    }

    private static @Nullable Object keyOf(Parsed edit) {
        return edit instanceof Whole whole ? whole.key() : edit instanceof Gone gone ? gone.key() : null;
    }

    /**
     * Forgets what was refused in files that were looked into, as far as it is not there any more.
     *
     * @param found what was found in them
     */
    void forgetUnless(String table, Set<Path> files, List<Parsed> found) {
        Set<String> still = new HashSet<>();
        found.forEach(one -> still.add(one.found().place()));
        for (Broken bad : List.copyOf(refused.values())) {
            if (files.contains(bad.found().file())
                    && !still.contains(bad.found().place())) {
                settled(table, bad.found());
            }
        }
    }

    /** Notes that a file is as its row is in the store, or soon will be. */
    private void accepted(String table, Object key, Found found) {
        rows.files(table).accept(key, found);
        settled(table, found);
    }

    /** Notes that what stood in a place and could not be taken over does not stand there any more. */
    private void settled(String table, Found found) {
        refused.remove(found.place());
        broken.mended(table, found.name());
    }

    /**
     * Commits what stands where a row is about to be written, and returns once that is durable.
     *
     * @return false if it cannot be committed, and has to be kept in another way
     * @throws StorageException if the store cannot commit now
     */
    boolean commitOver(String table, Found found, Object key) {
        try {
            if (!(parser(table, true).parse(found) instanceof Whole whole
                    && whole.key().equals(key))) {
                return false;
            }
            commit(table, whole, key);
        } catch (ConstraintException | DuplicateKeyException | SchemaException e) {
            return false;
        }
        sync.accept(engine.lastSequence());
        refused.remove(found.place());
        return true;
    }

    /** Reports what cannot be taken over, once. */
    void refuse(Broken problem) {
        Found found = problem.found();
        Broken former = refused.put(found.place(), new Broken(found.withoutJson(), problem.problem()));
        if (former == null
                || !former.problem().equals(problem.problem())
                || !Objects.equals(former.found().print(), found.print())) {
            Threads.LOG.warn("{} was changed, but cannot be taken over: {}", found.place(), problem.problem());
        }
    }

    private void commit(String table, Parsed edit, Object key) {
        Row row = edit instanceof Whole whole ? adopt(table, whole) : null;
        boolean changed;
        try {
            changed = engine.overwrite(table, key, row);
        } catch (ConflictException e) {
            // the table was given other columns just now
            row = edit instanceof Whole whole ? adopt(table, whole) : null;
            changed = engine.overwrite(table, key, row);
        }
        if (changed) {
            committed.increment();
            Threads.LOG.info(
                    "{} was {} by someone else: row '{}' of table '{}' is that now",
                    edit.found().place(),
                    row == null ? "removed" : "changed",
                    key,
                    table);
        }
    }

    /** Members that are not columns become columns of type JSON, so that they are kept. */
    private Row adopt(String table, Whole edit) {
        TableSchema schema = engine.schemaOf(table);
        if (edit.more().keySet().stream().anyMatch(name -> !hasColumn(engine.schemaOf(table), name))) {
            try (BackendTransaction transaction = engine.begin(TransactionOptions.DEFAULT, CommitOrigin.EXTERNAL)) {
                for (String name : edit.more().keySet()) {
                    if (!hasColumn(transaction.catalog().table(table).orElseThrow(), name)) {
                        transaction.catalog().addColumn(table, Column.of(name, DataType.JSON));
                    }
                }
                transaction.commit();
            }
            schema = engine.schemaOf(table);
        }
        @Nullable Object[] values = new @Nullable Object[schema.rowType().size()];
        Row row = Changes.convert(edit.row(), schema.rowType());
        for (int i = 0; i < values.length; i++) {
            String name = schema.columns().get(i).name();
            values[i] = edit.more().containsKey(name) ? edit.more().get(name) : row.get(i);
        }
        return Row.adopt(schema.rowType(), values);
    }

    private static boolean hasColumn(TableSchema schema, String name) {
        return schema.rowType().indexOf(name) >= 0;
    }
}
