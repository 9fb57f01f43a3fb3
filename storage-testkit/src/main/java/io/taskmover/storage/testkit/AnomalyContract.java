package io.taskmover.storage.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.Isolation;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What each level of isolation that a backend declares forbids, {@link Anomaly} by anomaly. A level may prevent more than
 * it has to; what a backend does is in the reviewed file of {@link AnomaliesGolden}.
 */
interface AnomalyContract extends Contract {

    private void assertForbiddenWhereItIs(Anomaly anomaly, Isolation level) {
        TestTable table = table(AnomaliesGolden::columns);
        List<Integer> happened = anomaly.happenings(table, level);
        if (anomaly.forbiddenAt(level)) {
            assertThat(happened)
                    .as("interleavings that show %s at %s", anomaly, level)
                    .isEmpty();
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("levels")
    default void dirtyWritesHappenAtNoLevel(Isolation level) {
        assertForbiddenWhereItIs(Anomaly.G0, level);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("levels")
    default void abortedReadsHappenAtNoLevel(Isolation level) {
        assertForbiddenWhereItIs(Anomaly.G1A, level);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("levels")
    default void intermediateReadsHappenAtNoLevel(Isolation level) {
        assertForbiddenWhereItIs(Anomaly.G1B, level);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("levels")
    default void informationFlowsInACircleAtNoLevel(Isolation level) {
        assertForbiddenWhereItIs(Anomaly.G1C, level);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("levels")
    default void anObservedTransactionVanishesAtNoLevel(Isolation level) {
        assertForbiddenWhereItIs(Anomaly.OTV, level);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("levels")
    default void predicatesHaveManyPrecedersBelowSnapshotOnly(Isolation level) {
        assertForbiddenWhereItIs(Anomaly.PMP, level);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("levels")
    default void updatesAreLostBelowSnapshotOnly(Isolation level) {
        assertForbiddenWhereItIs(Anomaly.P4, level);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("levels")
    default void readsAreSkewedBelowSnapshotOnly(Isolation level) {
        assertForbiddenWhereItIs(Anomaly.G_SINGLE, level);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("levels")
    default void writesAreSkewedBelowSerializableOnly(Isolation level) {
        assertForbiddenWhereItIs(Anomaly.G2_ITEM, level);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("levels")
    default void predicatesAreSkewedBelowSerializableOnly(Isolation level) {
        assertForbiddenWhereItIs(Anomaly.G2, level);
    }
}
