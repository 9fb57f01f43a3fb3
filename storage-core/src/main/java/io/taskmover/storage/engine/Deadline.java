package io.taskmover.storage.engine;

import io.taskmover.storage.error.StorageTimeoutException;
import java.time.Clock;
import java.time.Duration;

/** The moment at which a transaction has taken too long. */
final class Deadline {
    private final Clock clock;
    private final Duration timeout;
    private final long millis;

    Deadline(Clock clock, Duration timeout) {
        this.clock = clock;
        this.timeout = timeout;
        long now = clock.millis();
        long end;
        try {
            end = Math.addExact(now, timeout.toMillis());
        } catch (ArithmeticException e) {
            // a timeout of ages is none
            end = Long.MAX_VALUE;
        }
        this.millis = end;
    }

    boolean passed() {
        return millis != Long.MAX_VALUE && clock.millis() > millis;
    }

    long millisLeft() {
        return millis == Long.MAX_VALUE ? millis : millis - clock.millis();
    }

    StorageTimeoutException exceeded() {
        return new StorageTimeoutException(
                "The transaction took longer than its timeout of " + timeout + " and is rolled back");
    }

    /** @throws StorageTimeoutException if it has passed */
    void check() {
        if (passed()) {
            throw exceeded();
        }
    }
}
