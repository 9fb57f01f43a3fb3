package io.taskmover.storage.testkit.history;

/** Why one transaction has to come before another in any serial order. */
enum Dependency {
    /** The later one wrote over what the earlier one had written. */
    WW,
    /** The later one read what the earlier one had written. */
    WR,
    /** The later one wrote over what the earlier one had read. */
    RW
}
