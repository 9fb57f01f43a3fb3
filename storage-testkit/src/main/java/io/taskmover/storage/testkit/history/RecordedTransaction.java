package io.taskmover.storage.testkit.history;

import java.util.List;

/**
 * What one transaction did, and what became of it.
 *
 * @param begin a moment before it began, on a clock that all transactions of a history share
 * @param end a moment after it ended, on the same clock
 * @param operations in order; of one that did not commit, those that it came to
 */
public record RecordedTransaction(long begin, long end, Outcome outcome, List<Operation> operations) {
    public RecordedTransaction {
        operations = List.copyOf(operations);
    }

    /** Whether a transaction's writes are there. */
    public enum Outcome {
        COMMITTED,
        /** It was rolled back: nobody may have seen anything of it. */
        ABORTED,
        /** The commit neither succeeded nor failed for certain. */
        UNKNOWN
    }
}
