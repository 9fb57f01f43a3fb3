package io.taskmover.storage.testkit;

import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.query.Condition.Operator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One step of a model check, on a table {@code (id, name unique, n indexed)}. */
sealed interface ModelAction {

    /** A row to write; a partial one leaves {@code name} out. */
    record Value(
            long id,
            boolean partial,
            @Nullable String name,
            @Nullable Long n) {}

    /** Writes a batch. */
    record Write(WriteMode mode, List<Value> values) implements ModelAction {}

    /** Deletes by key. */
    record Delete(long id) implements ModelAction {}

    /** Sets {@code n} of the rows where {@code n operator operand}. */
    record UpdateWhere(Operator operator, long operand, long n) implements ModelAction {}

    /** Deletes the rows where {@code n operator operand}. */
    record DeleteWhere(Operator operator, long operand) implements ModelAction {}

    /** Selects the rows where {@code n operator operand}, sorted by {@code name}, cut. */
    record SelectWhere(
            Operator operator,
            long operand,
            boolean descending,
            long offset,
            @Nullable Long limit) implements ModelAction {}

    /** Begins a transaction if none is open. */
    record Begin() implements ModelAction {}

    /** Makes a savepoint if a transaction is open. */
    record Save() implements ModelAction {}

    /** Rolls back to one of the savepoints, if there is one: the last for 0, the one before for 1. */
    record RollBackTo(int back) implements ModelAction {}

    /** Releases one of the savepoints, if there is one. */
    record Release(int back) implements ModelAction {}

    /** Ends the transaction, if there is one. */
    record End(boolean commit) implements ModelAction {}

    /** Closes the store and opens it again; an open transaction is rolled back. */
    record Reopen() implements ModelAction {}
}
