package io.taskmover.storage.testkit.history;

import io.taskmover.storage.testkit.history.RecordedTransaction.Outcome;
import java.util.List;
import java.util.Map;

/**
 * What some transactions did to lists that were empty at first.
 *
 * @param transactions in any order; they are called by their place, T0 first
 * @param last the lists that are there after all of them have ended, by key; a list that is not there is empty
 */
public record History(List<RecordedTransaction> transactions, Map<Integer, List<Integer>> last) {
    public History {
        transactions = List.copyOf(transactions);
        last = Map.copyOf(last);
    }

    /** How many transactions came to this end. */
    public long count(Outcome outcome) {
        return transactions.stream()
                .filter(transaction -> transaction.outcome() == outcome)
                .count();
    }
}
