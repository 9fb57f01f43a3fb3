package io.taskmover.storage.transaction;

import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.UnsupportedException;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Begins transactions over several stores, as {@link TransactionManager#across} says. Repositories of each of the stores
 * join them, as they join a transaction of their store alone. Immutable and thread-safe.
 *
 * <pre>{@code
 * TransactionManager.across(orders, stock, files).transaction(tx -> {
 *     orderRepository.save(order.shipped());
 *     stockRepository.save(item.less(1));
 *     files.move(Path.of("in/17.pdf"), Path.of("shipped/17.pdf"));
 * });
 * }</pre>
 *
 * <p>Each store shows what is committed when it has committed it: who reads two of them at that moment may see it in one
 * and not yet in the other.
 */
public final class GlobalTransactions {
    private final List<Participant> participants;
    private final int decider;
    private final TransactionOptions options;
    private final RetryPolicy retries;

    GlobalTransactions(List<Participant> participants) {
        this(participants, decider(participants), TransactionOptions.DEFAULT, RetryPolicy.attempts(1));
    }

    private GlobalTransactions(
            List<Participant> participants, int decider, TransactionOptions options, RetryPolicy retries) {
        this.participants = participants;
        this.decider = decider;
        this.options = options;
        this.retries = retries;
    }

    /** The one that decides, by its place; -1 if none can, since what they hold ends with the process. */
    private static int decider(List<Participant> participants) {
        if (participants.size() < 2 || new HashSet<>(participants).size() < participants.size()) {
            throw new IllegalArgumentException("A transaction over several stores needs at least two, each once");
        }
        List<Participant> last = participants.stream()
                .filter(participant -> !participant.canPrepare())
                .toList();
        if (last.size() > 1) {
            throw new UnsupportedException("Of the stores of one transaction at most one may be of a kind that cannot"
                    + " prepare, but "
                    + last.stream().map(Participant::address).toList() + " are");
        }
        for (int i = 0; i < participants.size(); i++) {
            Participant participant = participants.get(i);
            if (last.isEmpty() ? participant.canDecide() : participant == last.get(0)) {
                return i;
            }
        }
        return -1;
    }

    /** With these options in each of the stores. */
    public GlobalTransactions options(TransactionOptions wanted) {
        return new GlobalTransactions(participants, decider, wanted, retries);
    }

    /** Running work again, in a new transaction, that fails with what is {@link StorageException#retryable}. */
    public GlobalTransactions retrying(RetryPolicy policy) {
        return new GlobalTransactions(participants, decider, options, policy);
    }

    /**
     * Begins a transaction in which this thread takes part, in each of the stores, until it ends.
     *
     * @throws IllegalStateException if the thread takes part in one of one of the stores already
     */
    public GlobalTransaction begin() {
        return GlobalTransaction.begin(participants, decider, options);
    }

    /** Runs work in a transaction: committed on return, rolled back on any throwable. */
    public <X extends Exception> void transaction(Action<X> work) throws X {
        for (int attempt = 1; ; attempt++) {
            try (GlobalTransaction transaction = begin()) {
                work.run(transaction);
                if (transaction.state() == TransactionState.ACTIVE) {
                    transaction.commit();
                }
                return;
            } catch (StorageException e) {
                if (!e.retryable()
                        || attempt == retries.attempts()
                        || !retries.pause(attempt, ThreadLocalRandom.current())) {
                    throw e;
                }
            }
        }
    }

    /** Work in a transaction over several stores. */
    @FunctionalInterface
    public interface Action<X extends Exception> {
        void run(GlobalTransaction tx) throws X;
    }
}
