package io.taskmover.storage.mapping;

import java.nio.ByteBuffer;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Random;
import java.util.UUID;
import java.util.function.Supplier;

/**
 * Makes UUIDs of version 7 (RFC 9562, 5.7): 48 bits of milliseconds since 1970, then 74 random ones. Each is greater
 * than the one before, also within a millisecond and when the clock steps back. Thread-safe.
 */
public final class UuidV7 implements Supplier<UUID> {
    private static final long VERSION = 7L << 12;
    private static final long VARIANT = 1L << 63;
    private static final long MAX_LOW = (1L << 62) - 1;
    private static final int MAX_HIGH = (1 << 12) - 1;

    private final Clock clock;
    private final Random random;
    // a call of a secure generator costs about as much for 512 bytes as for 8
    private final ByteBuffer pool = ByteBuffer.allocate(512).flip();
    private long millis = Long.MIN_VALUE;
    private int high;
    private long low;

    /** @param random a {@link SecureRandom}, except in tests that want the same ids each time */
    public UuidV7(Clock clock, Random random) {
        this.clock = clock;
        this.random = random;
    }

    /** The generator of this process, of the system's clock and a {@link SecureRandom}. */
    public static UuidV7 shared() {
        return Shared.INSTANCE;
    }

    @Override
    public synchronized UUID get() {
        long now = clock.millis();
        if (now > millis) {
            millis = now;
            // the topmost bit of the counter starts at 0, so that a millisecond has room for 2^73 / 2^32 ids at least
            high = (int) randomLong() & (MAX_HIGH >> 1);
            low = randomLong() & MAX_LOW;
        } else {
            step();
        }
        return new UUID(millis << 16 | VERSION | high, VARIANT | low);
    }

    /**
     * RFC 9562, 6.2, method 2: the random part is a counter that grows by a random step, so that the next id stays
     * hard to guess. When it is used up the time is taken ahead by a millisecond.
     */
    private void step() {
        low += (randomLong() & 0xFFFF_FFFFL) + 1;
        if (low > MAX_LOW) {
            low &= MAX_LOW;
            high++;
        }
        if (high > MAX_HIGH) {
            high = 0;
            millis++;
        }
    }

    private long randomLong() {
        if (!pool.hasRemaining()) {
            pool.clear();
            random.nextBytes(pool.array());
        }
        return pool.getLong();
    }

    private static final class Shared {
        static final UuidV7 INSTANCE = new UuidV7(Clock.systemUTC(), new SecureRandom());
    }
}
