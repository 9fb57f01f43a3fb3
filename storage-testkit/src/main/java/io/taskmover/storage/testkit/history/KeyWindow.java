package io.taskmover.storage.testkit.history;

import java.util.Random;

/** Which lists are in use: a few at a time, so that transactions meet, each only until it has grown to some length. */
final class KeyWindow {
    private static final int KEYS = 6;
    private static final int LENGTH = 16;

    private final int[] keys = new int[KEYS];
    private final int[] lengths = new int[KEYS];
    private int next;

    KeyWindow() {
        for (int slot = 0; slot < KEYS; slot++) {
            keys[slot] = next++;
        }
    }

    /** One of the keys in use. */
    synchronized int any(Random random) {
        return keys[random.nextInt(KEYS)];
    }

    /** Notes that someone appends to a list; it is replaced when that happened often. */
    synchronized void appended(int key) {
        for (int slot = 0; slot < KEYS; slot++) {
            if (keys[slot] == key && ++lengths[slot] >= LENGTH) {
                keys[slot] = next++;
                lengths[slot] = 0;
            }
        }
    }
}
