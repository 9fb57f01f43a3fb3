package io.taskmover.storage.cli.load;

import io.taskmover.storage.backend.TransactionOptions;
import java.time.Duration;

/** Transactions for work whose length only the amount of data decides: the store's timeout is for single operations. */
public final class LongWork {
    private static final Duration LIMIT = Duration.ofDays(1);

    /** Reads one moment of the store. */
    public static final TransactionOptions READING = TransactionOptions.READ_ONLY.withTimeout(LIMIT);

    static final TransactionOptions WRITING = TransactionOptions.DEFAULT.withTimeout(LIMIT);

    private LongWork() {}
}
