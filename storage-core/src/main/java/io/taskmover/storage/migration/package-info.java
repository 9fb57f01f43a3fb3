/**
 * Changes of tables and of the data in them, in numbered steps that every store takes once, in the same order.
 *
 * <p>A {@link io.taskmover.storage.migration.Migration} is a version and a list of
 * {@link io.taskmover.storage.migration.Change}s; {@link io.taskmover.storage.migration.MigrationManager} plans, applies and
 * rolls them back. The way down, inside: a change becomes {@code Step}s, each so small that it is either part of a transaction
 * or can be seen to have happened; {@code MigrationRun} takes the steps, and writes how far it came into the table
 * {@code _migrations} in the same transactions; {@code Lease} sees to it that one process does so at a time.
 */
@NullMarked
package io.taskmover.storage.migration;

import org.jspecify.annotations.NullMarked;
