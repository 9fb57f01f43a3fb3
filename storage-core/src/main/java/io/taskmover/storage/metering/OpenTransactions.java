package io.taskmover.storage.metering;

import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The transactions that have not ended, in the order in which they were begun, so that the age of the oldest is known. In
 * stripes, so that threads are seldom in each other's way. Thread-safe.
 */
final class OpenTransactions {
    private static final int STRIPES = 16;

    private final Stripe[] stripes = new Stripe[STRIPES];

    OpenTransactions() {
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Stripe();
        }
    }

    /** A transaction's place. Guarded by its stripe. */
    static final class Place {
        private final Stripe stripe;
        private final long since;
        private @Nullable Place before;
        private @Nullable Place after;

        private Place(Stripe stripe, long since) {
            this.stripe = stripe;
            this.since = since;
        }

        /** The transaction has ended; to be called once, by any thread. */
        void remove() {
            stripe.remove(this);
        }
    }

    /** A list through its places. */
    private static final class Stripe {
        private @Nullable Place oldest;
        private @Nullable Place newest;
        private long size;

        synchronized void add(Place place) {
            Place last = newest;
            place.before = last;
            if (last == null) {
                oldest = place;
            } else {
                last.after = place;
            }
            newest = place;
            size++;
        }

        synchronized void remove(Place place) {
            Place before = place.before;
            Place after = place.after;
            if (before == null) {
                oldest = after;
            } else {
                before.after = after;
            }
            if (after == null) {
                newest = before;
            } else {
                after.before = before;
            }
            size--;
        }

        synchronized long size() {
            return size;
        }

        /** How long ago its oldest one was begun; 0 for none. */
        synchronized long age(long now) {
            Place first = oldest;
            return first == null ? 0 : now - first.since;
        }
    }

    /** @param now nanoseconds, as of {@link System#nanoTime} */
    Place add(long now) {
        Stripe stripe = stripes[(int) (Thread.currentThread().getId() & (STRIPES - 1))];
        Place place = new Place(stripe, now);
        stripe.add(place);
        return place;
    }

    long count() {
        long count = 0;
        for (Stripe stripe : stripes) {
            count += stripe.size();
        }
        return count;
    }

    /** How long ago the oldest one was begun, in seconds; 0 if there is none. */
    double oldestSeconds(long now) {
        long age = 0;
        for (Stripe stripe : stripes) {
            age = Math.max(age, stripe.age(now));
        }
        return age / (double) TimeUnit.SECONDS.toNanos(1);
    }
}
