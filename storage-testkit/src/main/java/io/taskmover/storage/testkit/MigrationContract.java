package io.taskmover.storage.testkit;

/** What {@link io.taskmover.storage.migration.MigrationManager} promises, on every backend. */
interface MigrationContract extends MigrationChangeContract, MigrationRunContract, MigrationHistoryContract {}
