package io.taskmover.storage.history;

import io.taskmover.storage.backend.TransactionOptions;
import org.jspecify.annotations.Nullable;

/** On whose behalf, and for what reason, a transaction changes rows; null for what nobody said. */
record Origin(@Nullable String who, @Nullable String why) {
    static final Origin UNKNOWN = new Origin(null, null);

    static Origin of(TransactionOptions options) {
        return new Origin(options.who(), options.why());
    }
}
