package io.taskmover.storage.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.config.StorageConfig;
import java.util.Map;
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

    /** The contract can fail: where nothing is isolated, each anomaly shows in each of its interleavings. */
    @ParameterizedTest
    @EnumSource
    void everyAnomalyHappensWhereWritesAreNotHeldBack(Anomaly anomaly) {
        try (BackendUnderTest subject = new BackendUnderTest(directory -> "memory:", AnomaliesTest::unisolated)) {
            assertThat(anomaly.happenings(subject.table(AnomaliesGolden::columns), Isolation.SNAPSHOT))
                    .hasSize(anomaly.interleavings());
        }
    }

    private static StorageBackend unisolated(StorageConfig config) {
        return new UnisolatedBackend(StorageBackend.open(config));
    }
}
