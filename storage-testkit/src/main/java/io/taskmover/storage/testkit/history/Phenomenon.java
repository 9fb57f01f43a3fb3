package io.taskmover.storage.testkit.history;

import io.taskmover.storage.backend.Isolation;

/** What a history may show that some level of isolation forbids. */
public enum Phenomenon {
    /** G1a: a value was read that a transaction appended which was rolled back. */
    ABORTED_READ(Isolation.READ_COMMITTED),
    /** G1b: a list was read, or written over, as it was in the middle of another transaction. */
    INTERMEDIATE_READ(Isolation.READ_COMMITTED),
    /** A value was read that nobody appended to this list. */
    UNWRITTEN_VALUE(Isolation.READ_COMMITTED),
    /** A value is twice in one list. */
    DUPLICATE_VALUE(Isolation.READ_COMMITTED),
    /** A value comes after one value in a list and after another in a later one. */
    INCOMPATIBLE_ORDER(Isolation.READ_COMMITTED),
    /** A transaction did not read what it had appended itself. */
    OWN_WRITE_UNSEEN(Isolation.READ_COMMITTED),
    /** A transaction did not see what had been committed before it began. */
    STALE_READ(Isolation.READ_COMMITTED),
    /** A cycle of writes. */
    G0(Isolation.READ_COMMITTED),
    /** A cycle of writes and reads of what was written. */
    G1C(Isolation.READ_COMMITTED),
    /** A transaction read a list twice, and not the same but for its own appends. */
    UNREPEATABLE_READ(Isolation.SNAPSHOT),
    /** P4: two transactions wrote over the same version of a list. */
    LOST_UPDATE(Isolation.SNAPSHOT),
    /** A value that was appended and committed is not in the list in the end. */
    LOST_APPEND(Isolation.SNAPSHOT),
    /** A cycle in which exactly one transaction read what another wrote over: read skew. */
    G_SINGLE(Isolation.SNAPSHOT),
    /** A cycle with more of these, but none right after another: a long fork. */
    G_NONADJACENT(Isolation.SNAPSHOT),
    /** Any other cycle: write skew. */
    G2_ITEM(Isolation.SERIALIZABLE);

    private final Isolation forbiddenFrom;

    Phenomenon(Isolation forbiddenFrom) {
        this.forbiddenFrom = forbiddenFrom;
    }

    /** The weakest level that forbids it. */
    public Isolation forbiddenFrom() {
        return forbiddenFrom;
    }

    public boolean forbiddenAt(Isolation level) {
        return level.compareTo(forbiddenFrom) >= 0;
    }
}
