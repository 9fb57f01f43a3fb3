package io.taskmover.storage.metering;

import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.LockedException;
import io.taskmover.storage.error.StorageTimeoutException;
import java.util.Locale;

/** How an operation ended. */
enum Outcome {
    SUCCESS,
    /** Others were quicker. */
    CONFLICT,
    /** It waited for others, or took longer, than it may. */
    TIMEOUT,
    /** Anything else: a rule that a row breaks, a table that is not there, a disk that failed. */
    ERROR;

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    static Outcome of(Throwable failure) {
        if (failure instanceof ConflictException) {
            return CONFLICT;
        }
        return failure instanceof StorageTimeoutException || failure instanceof LockedException ? TIMEOUT : ERROR;
    }
}
