package io.taskmover.storage.backend;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How a transaction is to run. Immutable.
 *
 * @param isolation the least isolation that it needs; null for the backend's default
 * @param readOnly whether every write in it is refused
 * @param timeout how long it may take, waits for others included; null for the store's own
 * @param branchOf what it is to be prepared as a part of; null if it is not to be prepared
 * @param who on whose behalf it changes rows, where versions of them are kept; null if nobody is named
 * @param why what it changes them for, in the same place; null if nothing is said
 */
public record TransactionOptions(
        @Nullable Isolation isolation,
        boolean readOnly,
        @Nullable Duration timeout,
        @Nullable PreparedTransaction branchOf,
        @Nullable String who,
        @Nullable String why) {
    /** Reads and writes at the backend's default isolation. */
    public static final TransactionOptions DEFAULT = new TransactionOptions(null, false, null, null, null, null);
    /** Reads only, at the backend's default isolation. */
    public static final TransactionOptions READ_ONLY = DEFAULT.asReadOnly();

    public TransactionOptions withIsolation(Isolation level) {
        return new TransactionOptions(level, readOnly, timeout, branchOf, who, why);
    }

    public TransactionOptions asReadOnly() {
        return new TransactionOptions(isolation, true, timeout, branchOf, who, why);
    }

    public TransactionOptions withTimeout(Duration limit) {
        return new TransactionOptions(isolation, readOnly, limit, branchOf, who, why);
    }

    /** As a part of a transaction over several stores, which can be prepared: some databases have to know from the beginning. */
    public TransactionOptions asBranchOf(PreparedTransaction transaction) {
        return new TransactionOptions(isolation, readOnly, timeout, transaction, who, why);
    }

    /** On somebody's behalf: versions of rows that it changes name them. */
    public TransactionOptions by(String person) {
        return new TransactionOptions(isolation, readOnly, timeout, branchOf, person, why);
    }

    /** For a reason: versions of rows that it changes state it. */
    public TransactionOptions because(String reason) {
        return new TransactionOptions(isolation, readOnly, timeout, branchOf, who, reason);
    }
}
