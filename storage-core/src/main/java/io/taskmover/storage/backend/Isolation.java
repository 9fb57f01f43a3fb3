package io.taskmover.storage.backend;

/** How much a transaction sees of others that run beside it. From weakest to strongest. */
public enum Isolation {
    /**
     * Each statement sees what was committed when it began. What a transaction read and then writes may replace what others
     * wrote meanwhile; what a statement itself made of a row, as an update by condition does, never does.
     */
    READ_COMMITTED,
    /** The whole transaction sees what was committed when it began; of two that write one row the later fails. */
    SNAPSHOT,
    /** As if transactions had run one after the other. */
    SERIALIZABLE
}
