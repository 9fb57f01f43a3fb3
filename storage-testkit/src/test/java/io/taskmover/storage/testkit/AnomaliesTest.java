package io.taskmover.storage.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.config.StorageConfig;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class AnomaliesTest {

    @Test
    void theCoreBackendsShowTheAnomaliesThatWereReviewed() {
        AnomaliesGolden.assertReviewed(
                AnomaliesTest.class,
                "/anomalies.golden",
                Map.of("memory", directory -> "memory:", "file", directory -> "file:" + directory.resolve("store")));
    }

    /** The contract can fail: where nothing is isolated, or little, each anomaly shows in each of its interleavings. */
    @ParameterizedTest
    @EnumSource
    void everyInterleavingShowsItsAnomalyWhereItIsNotPrevented(Anomaly anomaly) {
        Set<Integer> shown = new TreeSet<>(happenings(anomaly, UnisolatedBackend::new));
        // a single statement, which that layer does not take apart
        shown.addAll(happenings(anomaly, ReadCommittedBackend::new));
        shown.addAll(happenings(anomaly, WholeRowsBackend::new));
        assertThat(shown).hasSize(anomaly.interleavings());
    }

    private static List<Integer> happenings(Anomaly anomaly, UnaryOperator<StorageBackend> layer) {
        Function<StorageConfig, StorageBackend> opener = config -> layer.apply(StorageBackend.open(config));
        try (BackendUnderTest subject = new BackendUnderTest(directory -> "memory:", opener)) {
            return anomaly.happenings(subject.table(AnomaliesGolden::columns), Isolation.SNAPSHOT);
        }
    }

    @Test
    void whatIsWeakerThanItSaysIsToldByTheContract() {
        assertThat(happenings(Anomaly.P4, ReadCommittedBackend::new)).isNotEmpty();
        assertThat(happenings(Anomaly.G0, ReadCommittedBackend::new)).isEmpty();
    }
}
