package io.taskmover.storage.engine;

/**
 * A version that was replaced.
 *
 * @param version what snapshots from its own sequence on see
 * @param until the sequence of the commit that replaced it: the first that does not see it
 */
record Garbage(Table table, RowSlot slot, Version version, long until) {}
