package io.taskmover.storage.testkit;

import io.taskmover.storage.backend.Isolation;
import java.util.List;
import java.util.stream.IntStream;

/**
 * What transactions may do to each other when they run at once, by the names of Adya, <i>Weak Consistency: A Generalized
 * Theory and Optimistic Implementations for Distributed Transactions</i> (MIT 1999), with the additions of Bailis et al.,
 * <i>Highly Available Transactions</i> (VLDB 2014), and Berenson et al., <i>A Critique of ANSI SQL Isolation Levels</i>
 * (SIGMOD 1995). The interleavings are those of Kleppmann's Hermitage and some more.
 */
enum Anomaly {
    /** Dirty write: rows that two transactions write end up as some of one and some of the other. */
    G0(
            Isolation.READ_COMMITTED,
            UncommittedInterleavings::dirtyWritesCrossed,
            UncommittedInterleavings::dirtyWritesCrossedAndCommittedTheOtherWayRound,
            UncommittedInterleavings::dirtyWriteUndone),
    /** Aborted read: seeing what is rolled back. */
    G1A(
            Isolation.READ_COMMITTED,
            UncommittedInterleavings::abortedReadOfARow,
            UncommittedInterleavings::abortedReadOfAPredicate),
    /** Intermediate read: seeing what its writer replaces before it commits. */
    G1B(
            Isolation.READ_COMMITTED,
            UncommittedInterleavings::intermediateReadOfARow,
            UncommittedInterleavings::intermediateReadOfAPredicate),
    /** Circular information flow: each sees what the other writes. */
    G1C(Isolation.READ_COMMITTED, UncommittedInterleavings::circularInformationFlow),
    /** Observed transaction vanishes: who has seen a part of it later sees rows as they were before it. */
    OTV(Isolation.READ_COMMITTED, UncommittedInterleavings::observedTransactionVanishes),
    /** Predicate-many-preceders: one condition, used twice, is met by different rows. */
    PMP(
            Isolation.SNAPSHOT,
            SnapshotInterleavings::predicateReadsDiffer,
            SnapshotInterleavings::predicateCountsDiffer,
            SnapshotInterleavings::predicateWriteMeetsAnother),
    /** Lost update: of two that read a row and then write it, the second does not know of the first. */
    P4(
            Isolation.SNAPSHOT,
            SnapshotInterleavings::lostUpdate,
            SnapshotInterleavings::lostUpdateOfACommittedOne,
            SnapshotInterleavings::lostUpdateByAssignment,
            SnapshotInterleavings::lostUpdateByDelete,
            SnapshotInterleavings::lostUpdateOfANewRow),
    /** Read skew: seeing one row as it was before a transaction, and another as it was after. */
    G_SINGLE(
            Isolation.SNAPSHOT,
            SnapshotInterleavings::readSkew,
            SnapshotInterleavings::readSkewOfPredicates,
            SnapshotInterleavings::readSkewOfAPredicateWrite),
    /** Write skew: each writes a row that the other has read. */
    G2_ITEM(
            Isolation.SERIALIZABLE,
            SerialInterleavings::writeSkew,
            SerialInterleavings::writeSkewAfterACommit,
            SerialInterleavings::writeSkewByDelete,
            SerialInterleavings::writeSkewOfThree),
    /** Write skew of predicates: each writes what would have been in an answer that the other got. */
    G2(
            Isolation.SERIALIZABLE,
            SerialInterleavings::phantomsInSelections,
            SerialInterleavings::phantomsInCounts,
            SerialInterleavings::phantomsInLookUps,
            SerialInterleavings::phantomsBeforeTheFirst,
            SerialInterleavings::phantomsInConditionalDeletes,
            SerialInterleavings::phantomsInConditionalUpdates,
            SerialInterleavings::phantomsByUpdate,
            SerialInterleavings::phantomsByDelete,
            SerialInterleavings::anomalyOfAReader);

    private final Isolation forbiddenFrom;

    @SuppressWarnings("ImmutableEnumChecker") // an immutable list of functions without state
    private final List<Interleaving> interleavings;

    /** @param forbiddenFrom the weakest level that forbids it */
    Anomaly(Isolation forbiddenFrom, Interleaving... interleavings) {
        this.forbiddenFrom = forbiddenFrom;
        this.interleavings = List.of(interleavings);
    }

    int interleavings() {
        return interleavings.size();
    }

    boolean forbiddenAt(Isolation level) {
        return level.compareTo(forbiddenFrom) >= 0;
    }

    /**
     * Tries all interleavings in transactions of a level. Returns which of them, counted from 1, show the anomaly.
     *
     * @param table as {@link Stage} wants it
     */
    List<Integer> happenings(TestTable table, Isolation level) {
        return IntStream.rangeClosed(1, interleavings.size())
                .filter(number -> happens(interleavings.get(number - 1), table, level))
                .boxed()
                .toList();
    }

    private boolean happens(Interleaving interleaving, TestTable table, Isolation level) {
        try (Stage stage = new Stage(table, level)) {
            boolean happens = interleaving.happens(stage);
            if (!stage.anyCommitted()) {
                throw new AssertionError(this + " at " + level + " is prevented, but so is everything: none committed");
            }
            return happens;
        }
    }
}
