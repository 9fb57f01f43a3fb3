package io.taskmover.storage.cache;

import java.util.function.LongPredicate;

/**
 * Where the value of each key is, by the hash of the key. Takes 16 bytes for an entry, of which between 3/8 and 3/4 are in use:
 * 21 to 43 bytes each. A hash is of one key at a time.
 *
 * <p>Reads come from any thread; changes from one at a time.
 */
final class PlaceIndex {
    private static final int STRIPES = 64;
    private static final int FIRST_SLOTS = 8;
    /** In a place: that it was used since it was put. */
    static final long USED = 1;

    private final Stripe[] stripes = new Stripe[STRIPES];

    PlaceIndex() {
        for (int i = 0; i < STRIPES; i++) {
            stripes[i] = new Stripe();
        }
    }

    /** Guarded by itself. A hash stands in the first slot from its own on that was free; behind that there is no gap. */
    private static final class Stripe {
        private long[] hashes = new long[FIRST_SLOTS];
        /** 0 in a free slot. */
        private long[] places = new long[FIRST_SLOTS];

        private int count;

        private int home(long hash) {
            return (int) (hash >>> 32) & hashes.length - 1;
        }

        /** The slot of a hash, or the free one where it belongs. */
        private int slot(long hash) {
            int slot = home(hash);
            while (places[slot] != 0 && hashes[slot] != hash) {
                slot = slot + 1 & hashes.length - 1;
            }
            return slot;
        }

        private long put(long hash, long place) {
            int slot = slot(hash);
            long former = places[slot];
            hashes[slot] = hash;
            places[slot] = place;
            if (former == 0 && ++count > hashes.length / 4 * 3) {
                grow();
            }
            return former;
        }

        private void grow() {
            long[] oldHashes = hashes;
            long[] oldPlaces = places;
            hashes = new long[2 * oldHashes.length];
            places = new long[2 * oldPlaces.length];
            for (int i = 0; i < oldPlaces.length; i++) {
                if (oldPlaces[i] != 0) {
                    int slot = slot(oldHashes[i]);
                    hashes[slot] = oldHashes[i];
                    places[slot] = oldPlaces[i];
                }
            }
        }

        /** Frees a slot, and moves what stands behind it for want of that slot. */
        private void free(int slot) {
            int mask = hashes.length - 1;
            int gap = slot;
            count--;
            for (int next = gap + 1 & mask; places[next] != 0; next = next + 1 & mask) {
                // it may move if its home is not between the gap and itself
                if ((next - home(hashes[next]) & mask) >= (next - gap & mask)) {
                    hashes[gap] = hashes[next];
                    places[gap] = places[next];
                    gap = next;
                }
            }
            places[gap] = 0;
        }
    }

    private Stripe stripe(long hash) {
        return stripes[(int) hash & STRIPES - 1];
    }

    /** The place, or 0; not {@link #USED}. */
    long get(long hash) {
        Stripe stripe = stripe(hash);
        synchronized (stripe) {
            return stripe.places[stripe.slot(hash)] & ~USED;
        }
    }

    /** The same, and it is used from then on. */
    long use(long hash) {
        Stripe stripe = stripe(hash);
        synchronized (stripe) {
            int slot = stripe.slot(hash);
            long place = stripe.places[slot];
            if (place == 0) {
                return 0;
            }
            stripe.places[slot] = place | USED;
            return place & ~USED;
        }
    }

    /** Whether it was used since it was put. */
    boolean isUsed(long hash) {
        Stripe stripe = stripe(hash);
        synchronized (stripe) {
            return (stripe.places[stripe.slot(hash)] & USED) != 0;
        }
    }

    /** Puts a place, which is not used yet; returns the former one, or 0. */
    long put(long hash, long place) {
        Stripe stripe = stripe(hash);
        synchronized (stripe) {
            return stripe.put(hash, place) & ~USED;
        }
    }

    /** Removes a hash that is there. */
    void remove(long hash) {
        Stripe stripe = stripe(hash);
        synchronized (stripe) {
            stripe.free(stripe.slot(hash));
        }
    }

    /** Removes all whose places are such. */
    void removeIf(LongPredicate which) {
        for (Stripe stripe : stripes) {
            synchronized (stripe) {
                for (int slot = 0; slot < stripe.places.length; slot++) {
                    // what moves into a freed slot is looked at too
                    while (stripe.places[slot] != 0 && which.test(stripe.places[slot] & ~USED)) {
                        stripe.free(slot);
                    }
                }
            }
        }
    }

    void clear() {
        for (Stripe stripe : stripes) {
            synchronized (stripe) {
                stripe.hashes = new long[FIRST_SLOTS];
                stripe.places = new long[FIRST_SLOTS];
                stripe.count = 0;
            }
        }
    }
}
