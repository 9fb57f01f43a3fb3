package io.taskmover.storage.history;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.transaction.RetryPolicy;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Work that is a transaction by itself. What others commit meanwhile is no conflict for it: it is run again on what they left.
 * That a row is not of the version that was given is one.
 */
final class OwnTransaction {
    private static final RetryPolicy PAUSES = RetryPolicy.attempts(StorageBackend.MAX_ATTEMPTS);

    private OwnTransaction() {}

    static <R> R run(Supplier<BackendTransaction> begin, Function<BackendTransaction, R> work) {
        for (int attempt = 1; ; attempt++) {
            try (BackendTransaction transaction = begin.get()) {
                R result = work.apply(transaction);
                transaction.commit();
                return result;
            } catch (ConflictException e) {
                if (e.expected() != null || attempt == PAUSES.attempts()) {
                    throw e;
                }
            }
            LockSupport.parkNanos(
                    PAUSES.pauseAfter(attempt, ThreadLocalRandom.current()).toNanos());
        }
    }
}
