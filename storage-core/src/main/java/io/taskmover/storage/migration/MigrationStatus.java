package io.taskmover.storage.migration;

import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * How one migration stands in a store. Immutable.
 *
 * @param by who ran it last, as user, machine and process; null if nobody did
 * @param startedAt when that began; null if it never did
 * @param duration how long it took from then to its end; null if it has none
 * @param error why it failed when it was run last; null if it did not
 */
public record MigrationStatus(
        MigrationVersion version,
        String description,
        MigrationState state,
        @Nullable String by,
        @Nullable Instant startedAt,
        @Nullable Duration duration,
        @Nullable String error) {}
