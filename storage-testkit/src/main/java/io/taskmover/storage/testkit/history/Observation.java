package io.taskmover.storage.testkit.history;

/** That a transaction read a version. */
record Observation(int reader, Version version) {}
