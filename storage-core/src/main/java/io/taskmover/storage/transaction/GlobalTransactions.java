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
    private final int last;
    private final TransactionOptions options;
    private final RetryPolicy retries;

    GlobalTransactions(List<Participant> participants) {
        this(participants, last(participants), TransactionOptions.DEFAULT, RetryPolicy.attempts(1));
    }

    private GlobalTransactions(
            List<Participant> participants, int last, TransactionOptions options, RetryPolicy retries) {
        this.participants = participants;
        this.last = last;
        this.options = options;
        this.retries = retries;
    }

    /**
     * The place of the one that commits last before the others do, and unprepared: that is the decision. If it cannot keep
     * that, nobody else may be there after the end of the process to ask.
     */
    private static int last(List<Participant> participants) {
        if (participants.size() < 2 || new HashSet<>(participants).size() < participants.size()) {
            throw new IllegalArgumentException("A transaction over several stores needs at least two, each once");
        }
        List<Participant> unable = participants.stream()
                .filter(participant -> !participant.canPrepare())
                .toList();
        if (unable.size() > 1) {
            throw new UnsupportedException("Of the stores of one transaction at most one may be of a kind that cannot"
                    + " prepare, but " + addresses(unable) + " are; a server may have to be set up for it, such as"
                    + " PostgreSQL's by max_prepared_transactions");
        }
        List<Participant> outliving =
                participants.stream().filter(Participant::outlivesProcess).toList();
        Participant last = unable.isEmpty()
                ? participants.stream()
                        .filter(Participant::canDecide)
                        .findFirst()
                        .orElse(outliving.isEmpty() ? participants.get(0) : outliving.get(0))
                : unable.get(0);
        if (!last.canDecide() && outliving.size() > 1) {
            throw new UnsupportedException("Somebody has to keep what is decided on " + addresses(outliving) + ", and "
                    + last.address() + " cannot; let a durable store take part");
        }
        return participants.indexOf(last);
    }

    private static List<String> addresses(List<Participant> participants) {
        return participants.stream().map(Participant::address).toList();
    }

    /** With these options in each of the stores. */
    public GlobalTransactions options(TransactionOptions wanted) {
        return new GlobalTransactions(participants, last, wanted, retries);
    }

    /** Running work again, in a new transaction, that fails with what is {@link StorageException#retryable}. */
    public GlobalTransactions retrying(RetryPolicy policy) {
        return new GlobalTransactions(participants, last, options, policy);
    }

    /**
     * Begins a transaction in which this thread takes part, in each of the stores, until it ends.
     *
     * @throws IllegalStateException if the thread takes part in one of one of the stores already
     */
    public GlobalTransaction begin() {
        return GlobalTransaction.begin(participants, last, options);
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
