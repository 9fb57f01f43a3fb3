package io.taskmover.storage.testkit;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;

/** A clock that stands still until it is moved, also back. Thread-safe. */
public final class ManualClock extends Clock {
    private volatile Instant now = Instant.parse("2026-05-01T10:00:00Z");

    /** Moves the clock, to the past if {@code step} is negative; returns what it shows then. */
    public synchronized Instant move(Duration step) {
        now = now.plus(step);
        return now;
    }

    @Override
    public Instant instant() {
        return now;
    }

    @Override
    public ZoneId getZone() {
        return ZoneOffset.UTC;
    }

    @Override
    public Clock withZone(ZoneId zone) {
        throw new UnsupportedOperationException("stores need no zone");
    }
}
