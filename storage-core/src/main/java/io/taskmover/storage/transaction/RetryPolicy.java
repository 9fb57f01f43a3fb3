package io.taskmover.storage.transaction;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/**
 * How often work whose transaction failed for a reason that can pass is run again, and after which pause. The pauses
 * double from the first to the longest, and of each a random part is waited ("full jitter": Marc Brooker, Exponential
 * Backoff And Jitter, AWS Architecture Blog, 2015), so that those who met once do not meet again.
 *
 * @param attempts how often the work may run in all, at least 1
 * @param firstPause the longest pause after the first attempt
 * @param longestPause what the pauses do not grow beyond
 */
public record RetryPolicy(int attempts, Duration firstPause, Duration longestPause) {
    /** 10 attempts, pauses of up to 1 ms at first and 250 ms at most. */
    public static final RetryPolicy DEFAULT = new RetryPolicy(10, Duration.ofMillis(1), Duration.ofMillis(250));

    /** @throws IllegalArgumentException if there is no attempt, or a pause is negative or the first the longer one */
    public RetryPolicy {
        if (attempts < 1) {
            throw new IllegalArgumentException("Work runs at least once: " + attempts + " attempts are not possible");
        }
        if (firstPause.isNegative() || firstPause.compareTo(longestPause) > 0) {
            throw new IllegalArgumentException(
                    "Pauses from " + firstPause + " to " + longestPause + " do not grow: they begin at 0 or more");
        }
    }

    /** The default pauses. */
    public static RetryPolicy attempts(int attempts) {
        return new RetryPolicy(attempts, DEFAULT.firstPause, DEFAULT.longestPause);
    }

    /** Pauses after an attempt. False if the thread was interrupted: it is to come to its end. */
    boolean pause(int attempt, RandomGenerator random) {
        try {
            TimeUnit.NANOSECONDS.sleep(pauseAfter(attempt, random).toNanos());
            return !Thread.currentThread().isInterrupted(); // a pause of 0 does not ask
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /** The pause after the attempt of this number, from 1. */
    public Duration pauseAfter(int attempt, RandomGenerator random) {
        // 2^30 times the shortest pause that counts is more than a second: enough doublings for any longest pause
        int doublings = Math.min(attempt - 1, 30);
        Duration limit = firstPause.multipliedBy(1L << doublings);
        long nanos = (limit.compareTo(longestPause) < 0 ? limit : longestPause).toNanos();
        return Duration.ofNanos(nanos == 0 ? 0 : random.nextLong(nanos + 1));
    }
}
