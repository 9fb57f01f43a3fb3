package io.taskmover.storage.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.testkit.ReadCommittedBackend;
import io.taskmover.storage.testkit.UnisolatedBackend;
import io.taskmover.storage.testkit.history.RecordedTransaction.Outcome;
import java.util.Collection;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The runner makes threads meet: where a store is weaker than it says, it shows. */
class HistoryRunnerTest {
    /** How often it may happen that nobody meets. */
    private static final int RUNS = 30;

    /** What is found in runs on layers over memory, until that is all that is wanted. */
    private static Set<Phenomenon> found(
            UnaryOperator<StorageBackend> layer, Isolation level, Collection<Phenomenon> wanted)
            throws InterruptedException {
        Set<Phenomenon> found = new TreeSet<>();
        try (StorageBackend store = layer.apply(StorageBackend.open(StorageConfig.of("memory:")))) {
            for (int run = 0; run < RUNS && !found.containsAll(wanted); run++) {
                History history = HistoryRunner.run(store, "lists" + run, level, 4, 1_000, run);
                HistoryChecker.check(history, level).forEach(finding -> found.add(finding.phenomenon()));
            }
        }
        return found;
    }

    @Test
    void lostUpdatesShowWhereASnapshotWasAskedForAndNotGiven() throws Exception {
        Set<Phenomenon> wanted = Set.of(Phenomenon.LOST_UPDATE, Phenomenon.LOST_APPEND, Phenomenon.UNREPEATABLE_READ);
        assertThat(found(ReadCommittedBackend::new, Isolation.SNAPSHOT, wanted)).containsAll(wanted);
    }

    @Test
    void abortedAndIntermediateReadsShowWhereNothingIsIsolated() throws Exception {
        Set<Phenomenon> wanted = Set.of(Phenomenon.ABORTED_READ, Phenomenon.INTERMEDIATE_READ);
        assertThat(found(UnisolatedBackend::new, Isolation.READ_COMMITTED, wanted))
                .containsAll(wanted);
    }

    @Test
    void writeSkewShowsWhereOnlySnapshotsAreGiven() throws Exception {
        Set<Phenomenon> wanted = Set.of(Phenomenon.G2_ITEM);
        assertThat(found(SnapshotBackend::new, Isolation.SERIALIZABLE, wanted)).isEqualTo(wanted);
    }

    @Test
    void someTransactionsAreRolledBackOnPurpose() throws Exception {
        try (StorageBackend store = StorageBackend.open(StorageConfig.of("memory:"))) {
            History history = HistoryRunner.run(store, "lists", Isolation.SNAPSHOT, 1, 1_000, 1);
            assertThat(history.count(Outcome.COMMITTED)).isEqualTo(1_000);
            assertThat(history.count(Outcome.ABORTED)).isBetween(10L, 200L);
        }
    }
}
