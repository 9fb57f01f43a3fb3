package io.taskmover.storage.backend;

/** Who made a commit. */
public enum CommitOrigin {
    /** The program that has the store open, through its transactions. */
    APPLICATION,
    /** Someone who changed what is stored without asking this library: a person who edited a JSON file, for one. */
    EXTERNAL
}
