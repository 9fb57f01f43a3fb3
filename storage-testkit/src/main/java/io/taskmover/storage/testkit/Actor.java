package io.taskmover.storage.testkit;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.StorageTimeoutException;
import io.taskmover.storage.query.Assignments;
import io.taskmover.storage.query.Expression;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Restriction;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.Row;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One transaction of an {@link Interleaving}. Where the store refuses it for another's sake, with a conflict or since it
 * would have to wait too long, it is rolled back and takes no further part: its steps do nothing from then on.
 */
final class Actor implements AutoCloseable {
    /** What an actor reads that is out, or where there is no row. */
    static final long NOTHING = -1;

    private enum State {
        ACTIVE,
        COMMITTED,
        OUT
    }

    private final TestTable table;
    private @Nullable BackendTransaction transaction;
    private State state = State.ACTIVE;

    Actor(TestTable table, TransactionOptions options) {
        this.table = table;
        try {
            transaction = table.store().begin(options);
        } catch (ConflictException | StorageTimeoutException e) {
            state = State.OUT;
        }
    }

    /** The number of a row, looked up by its key. */
    long read(String id) {
        return step(open -> open.find(table.name(), id).map(Actor::number).orElse(NOTHING), NOTHING);
    }

    /** The keys of the rows that satisfy a restriction, in their order. */
    List<Object> ids(Restriction<?> restriction) {
        Select select = table.select().where(restriction.condition());
        return step(
                open -> TestTable.rows(open, select).stream()
                        .map(row -> Objects.requireNonNull(table.schema().keyOf(row)))
                        .toList(),
                List.of());
    }

    long count(Restriction<?> restriction) {
        return step(open -> open.count(Select.from(table.name()).where(restriction.condition())), NOTHING);
    }

    /** The highest number of all rows, asked for as the first in descending order. */
    long highest() {
        Select select = Select.from(table.name())
                .orderBy(List.of(new Sort(Path.of("n"), true)))
                .limit(1L);
        return step(
                open -> TestTable.rows(open, select).stream()
                        .findFirst()
                        .map(Actor::number)
                        .orElse(NOTHING),
                NOTHING);
    }

    static long number(Row row) {
        return (Long) Objects.requireNonNull(row.get("n"));
    }

    /** Gives a row another number. */
    void set(String id, long n) {
        write(WriteMode.UPDATE, id, n);
    }

    void insert(String id, long n) {
        write(WriteMode.INSERT, id, n);
    }

    void upsert(String id, long n) {
        write(WriteMode.UPSERT, id, n);
    }

    private void write(WriteMode mode, String id, long n) {
        step(open -> table.write(open, mode, table.row(id, n)), List.of());
    }

    /** Adds to the numbers of the rows that satisfy a restriction, in one statement. Returns how many there were. */
    long add(Restriction<?> restriction, long n) {
        Assignments sum = new Assignments(Map.of(
                "n",
                new Expression.Arithmetic(
                        Expression.Arithmetic.Operator.ADD, Path.of("n"), new Expression.Literal(n))));
        return step(open -> open.update(table.name(), restriction.condition(), sum), NOTHING);
    }

    boolean delete(String id) {
        return step(open -> open.delete(table.name(), id), false);
    }

    long delete(Restriction<?> restriction) {
        return step(open -> open.delete(table.name(), restriction.condition()), NOTHING);
    }

    void commit() {
        boolean done = step(
                open -> {
                    open.commit();
                    return true;
                },
                false);
        if (done) {
            state = State.COMMITTED;
        }
    }

    void rollback() {
        step(
                open -> {
                    open.rollback();
                    return true;
                },
                false);
        state = State.OUT;
    }

    boolean committed() {
        return state == State.COMMITTED;
    }

    private <R> R step(Function<BackendTransaction, R> action, R ifOut) {
        BackendTransaction open = transaction;
        if (state != State.ACTIVE || open == null) {
            return ifOut;
        }
        try {
            return action.apply(open);
        } catch (ConflictException | StorageTimeoutException e) {
            return leave(open, e, ifOut);
        }
    }

    private <R> R leave(BackendTransaction open, StorageException reason, R result) {
        if (!reason.retryable()) {
            throw new AssertionError("Who loses against another transaction is told to run again", reason);
        }
        state = State.OUT;
        open.close();
        return result;
    }

    @Override
    public void close() {
        if (transaction != null) {
            transaction.close();
        }
    }
}
