package io.taskmover.storage.history;

import java.time.Clock;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;

/** The time of changes: a clock's, but that it never goes back. Thread-safe. */
final class VersionClock {
    private final Clock clock;
    private final AtomicReference<Instant> latest = new AtomicReference<>(HistoryTable.EVER);

    VersionClock(Clock clock) {
        this.clock = clock;
    }

    /** Now, or the latest time that was given before, whichever is later. */
    Instant now() {
        return notBefore(clock.instant());
    }

    /** Goes on from a moment at the earliest: what is given is that, or the latest that was given. */
    Instant notBefore(Instant moment) {
        return latest.accumulateAndGet(moment, VersionClock::later);
    }

    static Instant later(Instant a, Instant b) {
        return a.isBefore(b) ? b : a;
    }
}
