package io.taskmover.storage.testkit;

/** Steps of some transactions in a fixed order, chosen so that an anomaly shows if nothing prevents it. */
@FunctionalInterface
interface Interleaving {

    /** Takes the steps. Returns whether what was read and what is stored in the end show the anomaly. */
    boolean happens(Stage stage);
}
