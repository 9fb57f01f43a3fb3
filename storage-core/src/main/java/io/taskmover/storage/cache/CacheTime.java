package io.taskmover.storage.cache;

import java.time.Clock;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;

/**
 * The time of a cache on disk: milliseconds since 1970 that never go back. Between two looks at the clock it goes on as the
 * ticker does; a clock that is ahead takes it along, one that was set back does not.
 */
final class CacheTime {
    private static final long NANOS = 1_000_000;

    private final Clock clock;
    private final LongSupplier ticker;
    private final long start;
    /** What the time was at the start, as far as is known by now. */
    private final AtomicLong base;

    /** @param ticker nanoseconds from any moment on, as of {@link System#nanoTime} */
    CacheTime(Clock clock, LongSupplier ticker) {
        this.clock = clock;
        this.ticker = ticker;
        this.base = new AtomicLong(clock.millis());
        this.start = ticker.getAsLong();
    }

    /** What the clock shows, which may have been set back. */
    long wall() {
        return clock.millis();
    }

    long now() {
        // the clock first: a pause between the two looks must not put the time ahead
        long wall = clock.millis();
        long elapsed = (ticker.getAsLong() - start) / NANOS;
        long known = base.get();
        if (wall - elapsed > known) {
            known = base.accumulateAndGet(wall - elapsed, Math::max);
        }
        return known + elapsed;
    }

    /** It is at least so late by now. */
    void atLeast(long time) {
        base.addAndGet(Math.max(0, time - now()));
    }
}
