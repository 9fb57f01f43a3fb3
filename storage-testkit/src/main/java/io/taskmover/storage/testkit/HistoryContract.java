package io.taskmover.storage.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.testkit.history.Finding;
import io.taskmover.storage.testkit.history.History;
import io.taskmover.storage.testkit.history.HistoryChecker;
import io.taskmover.storage.testkit.history.HistoryRunner;
import io.taskmover.storage.testkit.history.RecordedTransaction.Outcome;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Random transactions of several threads see nothing that their level of isolation forbids. With the system property
 * {@code storage.history.transactions}, the number of them at each level, it says what it did.
 */
public interface HistoryContract extends Contract {
    /** How many transactions commit at all levels together if nobody says otherwise. */
    int TRANSACTIONS = 2_000;

    @ParameterizedTest(name = "{0}")
    @MethodSource("levels")
    @Timeout(value = 15, unit = TimeUnit.MINUTES, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    default void concurrentTransactionsSeeNothingThatTheirLevelForbids(Isolation level) throws Exception {
        Integer asked = Integer.getInteger("storage.history.transactions");
        int transactions = asked == null ? TRANSACTIONS / levels().size() : asked;
        long seed = new Random().nextLong();
        long start = System.nanoTime();
        History history = HistoryRunner.run(
                subject().shared(), subject().newName(), level, ConcurrencyContract.THREADS, transactions, seed);
        long ran = System.nanoTime();
        List<Finding> findings = HistoryChecker.check(history, level);
        long checked = System.nanoTime();
        if (asked != null) {
            System.out.printf(
                    "%s at %s: %d transactions committed and %d aborted in %.1f s, checked in %.1f s: %d anomalies%n",
                    getClass().getSimpleName(),
                    level,
                    history.count(Outcome.COMMITTED),
                    history.count(Outcome.ABORTED),
                    seconds(ran - start),
                    seconds(checked - ran),
                    findings.size());
        }
        assertThat(findings).as("anomalies at %s, seed %d", level, seed).isEmpty();
    }

    private static double seconds(long nanos) {
        return Duration.ofNanos(nanos).toMillis() / 1e3;
    }
}
