package io.taskmover.storage.migration;

/** How a migration stands in one store. */
public enum MigrationState {
    /** It is still to be applied. */
    PENDING,
    /** It is whole. */
    APPLIED,
    /** It failed when it was applied or rolled back last; doing it again goes on from there. */
    FAILED,
    /** It was cut off on its way; doing it again goes on from there. */
    UNFINISHED,
    /** It is applied, or on its way, and what is registered under its version is not what that was. */
    CHANGED,
    /** It is applied, and nothing is registered under its version. */
    MISSING,
    /** It is applied, and later than all that is registered: the store is newer than the program. */
    NEWER
}
