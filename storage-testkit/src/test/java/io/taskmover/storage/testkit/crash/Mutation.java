package io.taskmover.storage.testkit.crash;

import java.util.Arrays;
import java.util.Random;

/** What may befall the bytes of a file. */
final class Mutation {
    private static final int LONGEST = 300;

    private final Random random;

    Mutation(Random random) {
        this.random = random;
    }

    /** The length without the zeros at the end, which are reserved space. */
    static int used(byte[] bytes) {
        int used = bytes.length;
        while (used > 0 && bytes[used - 1] == 0) {
            used--;
        }
        return used;
    }

    /** Cuts off, repeats, clears, overwrites, exchanges or flips something. */
    byte[] of(byte[] sound) {
        byte[] bytes = sound.clone();
        int used = Math.max(1, used(bytes));
        int from = random.nextInt(used);
        int length = 1 + random.nextInt(random.nextBoolean() ? 8 : LONGEST);
        int to = Math.min(used, from + length);
        return switch (random.nextInt(6)) {
            case 0 -> Arrays.copyOf(bytes, from);
            case 1 -> repeat(bytes, from, to);
            case 2 -> {
                Arrays.fill(bytes, from, to, (byte) 0);
                yield bytes;
            }
            case 3 -> {
                byte[] noise = new byte[to - from];
                random.nextBytes(noise);
                System.arraycopy(noise, 0, bytes, from, noise.length);
                yield bytes;
            }
            case 4 -> exchange(bytes, from, random.nextInt(used - (to - from) + 1), to - from);
            default -> {
                for (int flips = 1 + random.nextInt(5); flips > 0; flips--) {
                    bytes[random.nextInt(used)] ^= (byte) (1 << random.nextInt(8));
                }
                yield bytes;
            }
        };
    }

    private static byte[] repeat(byte[] bytes, int from, int to) {
        byte[] longer = Arrays.copyOf(bytes, bytes.length + to - from);
        System.arraycopy(bytes, from, longer, bytes.length, to - from);
        return longer;
    }

    private static byte[] exchange(byte[] bytes, int one, int other, int length) {
        byte[] former = bytes.clone();
        System.arraycopy(former, one, bytes, other, length);
        System.arraycopy(former, other, bytes, one, length);
        return bytes;
    }
}
