package io.taskmover.storage.cache;

import java.time.Duration;

/** What the levels have in common about how long values live. */
final class TimeToLive {
    /** Longer than that is without end: 146 years, half of what a counter of nanoseconds tells apart. */
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE / 2);

    private TimeToLive() {}

    static Duration requirePositive(Duration ttl) {
        if (ttl.isZero() || ttl.isNegative()) {
            throw new IllegalArgumentException("A time to live is more than nothing, not " + ttl);
        }
        return ttl;
    }

    static boolean isEndless(Duration ttl) {
        return ttl.compareTo(LONGEST) >= 0;
    }
}
