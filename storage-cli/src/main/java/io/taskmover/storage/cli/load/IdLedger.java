package io.taskmover.storage.cli.load;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.DigestException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * Remembers every id of an import and where it stood, in 24 bytes each at a load of at most two thirds: 36 to 72 bytes
 * an id, however long it is. Kept are the first 128 bits of the id's SHA-256, under which two different ids never meet.
 * Not thread-safe.
 */
final class IdLedger {
    private static final int WORDS = 3;

    private final MessageDigest digest = sha256();
    private final byte[] hash = new byte[32];
    private final ByteBuffer hashWords = ByteBuffer.wrap(hash);
    private long[] slots = new long[WORDS << 10];
    private int size;

    /**
     * Adds an id.
     *
     * @param id the id as text, of the same form for equal ids
     * @param place a number that is not 0
     * @return the place under which it was added before, or 0 if it is new
     */
    long add(String id, long place) {
        digest.update(id.getBytes(StandardCharsets.UTF_8));
        try {
            digest.digest(hash, 0, hash.length);
        } catch (DigestException e) {
            throw new AssertionError("SHA-256 has 32 bytes", e);
        }
        if ((size + 1L) * 3 > slots.length / WORDS * 2L) {
            grow();
        }
        long high = hashWords.getLong(0);
        long low = hashWords.getLong(8);
        int slot = slot(slots, high, low);
        if (slots[slot + 2] != 0) {
            return slots[slot + 2];
        }
        slots[slot] = high;
        slots[slot + 1] = low;
        slots[slot + 2] = place;
        size++;
        return 0;
    }

    /** The slot that holds the hash, or the free one where it belongs. */
    private static int slot(long[] slots, long high, long low) {
        int count = slots.length / WORDS;
        int i = (int) Math.floorMod(high, (long) count);
        while (slots[i * WORDS + 2] != 0 && (slots[i * WORDS] != high || slots[i * WORDS + 1] != low)) {
            i = i + 1 == count ? 0 : i + 1;
        }
        return i * WORDS;
    }

    private void grow() {
        long[] larger = new long[Math.multiplyExact(slots.length, 2)];
        for (int i = 0; i < slots.length; i += WORDS) {
            if (slots[i + 2] != 0) {
                System.arraycopy(slots, i, larger, slot(larger, slots[i], slots[i + 1]), WORDS);
            }
        }
        slots = larger;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("Every Java platform has SHA-256", e);
        }
    }
}
