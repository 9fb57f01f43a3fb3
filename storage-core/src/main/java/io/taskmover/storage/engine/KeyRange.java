package io.taskmover.storage.engine;

/** The entries of a tree between two places. */
record KeyRange(Cut from, Cut to) {
    static final KeyRange ALL = new KeyRange(Cut.START, Cut.END);
}
