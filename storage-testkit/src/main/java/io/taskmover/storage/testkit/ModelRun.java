package io.taskmover.storage.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Savepoint;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.query.Assignments;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Runs steps on a store and on a {@link TableModel}, and compares them after every step. */
final class ModelRun {
    private static final Path N = Path.of("n");

    private final TestTable table;
    private final @Nullable OwnStore own;
    private StorageBackend store;
    private TableModel committed = new TableModel();

    private @Nullable BackendTransaction transaction;
    private TableModel current = committed;
    /** Savepoints with the state at each, the latest first. */
    private final Deque<Map.Entry<Savepoint, TableModel>> savepoints = new ArrayDeque<>();

    /** @param own the store, if it may be reopened */
    ModelRun(TableSchema schema, StorageBackend store, @Nullable OwnStore own) {
        this.store = store;
        this.own = own;
        this.table = TestTable.create(store, schema);
    }

    void execute(List<ModelAction> sequence) {
        try {
            for (ModelAction action : sequence) {
                step(action);
                compare(action);
            }
        } finally {
            end(false);
        }
        compare(new ModelAction.End(false));
    }

    private void step(ModelAction action) {
        if (action instanceof ModelAction.Write write) {
            List<Row> rows = write.values().stream().map(this::row).toList();
            change(
                    model -> model.write(write.mode(), write.values()),
                    t -> t.write(table.name(), write.mode(), rows).size());
        } else if (action instanceof ModelAction.Delete delete) {
            change(model -> model.delete(delete.id()), t -> t.delete(table.name(), (Object) delete.id()));
        } else if (action instanceof ModelAction.UpdateWhere update) {
            change(
                    model -> model.update(update.operator(), update.operand(), update.n()),
                    t -> t.update(
                            table.name(),
                            Condition.compare(N, update.operator(), update.operand()),
                            Assignments.of(Map.of("n", update.n()))));
        } else if (action instanceof ModelAction.DeleteWhere delete) {
            change(
                    model -> model.delete(delete.operator(), delete.operand()),
                    t -> t.delete(table.name(), Condition.compare(N, delete.operator(), delete.operand())));
        } else if (action instanceof ModelAction.SelectWhere select) {
            select(select);
        } else if (action instanceof ModelAction.Begin && transaction == null) {
            transaction = store.begin(TransactionOptions.DEFAULT);
            current = committed.copy();
        } else if (action instanceof ModelAction.Save && transaction != null) {
            savepoints.push(Map.entry(transaction.savepoint(), current.copy()));
        } else if (action instanceof ModelAction.RollBackTo back && transaction != null) {
            rollBackTo(transaction, back.back());
        } else if (action instanceof ModelAction.Release release && transaction != null) {
            release(transaction, release.back());
        } else if (action instanceof ModelAction.End end) {
            end(end.commit());
        } else if (action instanceof ModelAction.Reopen && own != null) {
            end(false);
            store = own.reopen();
        }
    }

    private Row row(ModelAction.Value value) {
        return value.partial()
                ? table.partial("n", value.n(), "id", value.id())
                : table.row(value.id(), value.name(), value.n());
    }

    /** A change of the model: its result, and null if it is refused. */
    private interface ModelChange {
        @Nullable
        Object apply(TableModel model);
    }

    /** A change of the store: its result. */
    private interface StoreChange {
        Object apply(BackendTransaction transaction);
    }

    private void change(ModelChange onModel, StoreChange onStore) {
        TableModel changed = current.copy();
        Object expected = onModel.apply(changed);
        BackendTransaction open = transaction;
        boolean single = open == null;
        BackendTransaction target = open == null ? store.begin(TransactionOptions.DEFAULT) : open;
        try {
            if (expected == null) {
                assertThat(catchThrowable(() -> onStore.apply(target))).isInstanceOf(changed.refusal());
                heal(target, single);
                return;
            }
            assertThat(onStore.apply(target)).isEqualTo(expected);
            current = changed;
            if (single) {
                target.commit();
                committed = changed;
            }
        } finally {
            if (single) {
                target.close();
            }
        }
    }

    /** After a refused write only the way back is open: to the last savepoint, or to the start. */
    private void heal(BackendTransaction failed, boolean single) {
        if (single) {
            return;
        }
        if (savepoints.isEmpty()) {
            end(false);
        } else {
            rollBackTo(failed, 0);
        }
    }

    private void rollBackTo(BackendTransaction open, int back) {
        if (savepoints.size() <= back) {
            return;
        }
        for (int i = 0; i < back; i++) {
            savepoints.pop();
        }
        Map.Entry<Savepoint, TableModel> target = savepoints.getFirst();
        open.rollbackTo(target.getKey());
        current = target.getValue().copy();
    }

    private void release(BackendTransaction open, int back) {
        if (savepoints.size() <= back) {
            return;
        }
        for (int i = 0; i < back; i++) {
            savepoints.pop();
        }
        open.release(savepoints.pop().getKey());
    }

    private void end(boolean commit) {
        BackendTransaction open = transaction;
        if (open == null) {
            return;
        }
        transaction = null;
        savepoints.clear();
        try (open) {
            if (commit) {
                open.commit();
                committed = current;
            }
        }
        current = committed;
    }

    private void select(ModelAction.SelectWhere action) {
        Select select = Select.from(table.name())
                .where(Condition.compare(N, action.operator(), action.operand()))
                .orderBy(List.of(new Sort(Path.of("name"), action.descending())))
                .offset(action.offset())
                .limit(action.limit());
        assertThat(rows(select)).isEqualTo(whole(current.select(action)));
    }

    private List<Row> rows(Select select) {
        BackendTransaction open = transaction;
        return open == null ? table.in(store).rows(select) : TestTable.rows(open, select);
    }

    private List<Row> whole(List<ModelAction.Value> values) {
        List<Row> rows = new ArrayList<>();
        for (ModelAction.Value value : values) {
            rows.add(table.row(value.id(), value.name(), value.n()));
        }
        return rows;
    }

    /** The transaction sees the model's current rows, everybody else the committed ones. */
    private void compare(ModelAction after) {
        assertThat(rows(table.select())).as("after %s", after).isEqualTo(whole(current.rows()));
        assertThat(table.in(store).rows()).as("committed after %s", after).isEqualTo(whole(committed.rows()));
        select(new ModelAction.SelectWhere(Condition.Operator.GE, Long.MIN_VALUE, false, 0, null));
        Iterator<ModelAction.Value> values = current.rows().iterator();
        if (values.hasNext()) {
            ModelAction.Value first = values.next();
            BackendTransaction open = transaction;
            assertThat(open == null ? store.find(table.name(), first.id()) : open.find(table.name(), first.id()))
                    .contains(table.row(first.id(), first.name(), first.n()));
        }
    }
}
