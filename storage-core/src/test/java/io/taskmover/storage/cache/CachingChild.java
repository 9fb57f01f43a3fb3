package io.taskmover.storage.cache;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** A process that changes a cache until it is killed, and says after each change which one that was. */
final class CachingChild {
    static final long MAX_BYTES = 16 << 20;
    static final int KEYS = 40;

    private CachingChild() {}

    /** @param args directory, and which change is the first */
    public static void main(String[] args) throws IOException {
        PrintStream out = new PrintStream(System.out, false, StandardCharsets.US_ASCII);
        FileCache<String, String> cache = open(Path.of(args[0]));
        out.println("open");
        out.flush();
        for (long change = Long.parseLong(args[1]); ; change++) {
            Random random = random(change);
            String key = key(random);
            if (isDelete(random)) {
                cache.delete(key);
            } else {
                cache.set(key, value(change, random));
            }
            out.printf("%09d%n", change);
            out.flush();
        }
    }

    static FileCache<String, String> open(Path directory) {
        return new FileCache<>(directory, MAX_BYTES, CacheSerializer.ofStrings(), CacheSerializer.ofStrings());
    }

    private static Random random(long change) {
        return new Random(change * 0x9E3779B97F4A7C15L);
    }

    private static String key(Random random) {
        return "key" + random.nextInt(KEYS);
    }

    private static boolean isDelete(Random random) {
        return random.nextInt(5) == 0;
    }

    /** Half of them are so long that a kill may meet their being written. */
    private static String value(long change, Random random) {
        int length = random.nextInt(2) == 0 ? 500_000 + random.nextInt(1_000_000) : random.nextInt(20_000);
        return change + " " + "x".repeat(length);
    }

    /** Does to a map what a change does to the cache; returns the key. */
    static String apply(long change, Map<String, @Nullable String> to) {
        Random random = random(change);
        String key = key(random);
        to.put(key, isDelete(random) ? null : value(change, random));
        return key;
    }

    static Map<String, @Nullable String> nothing() {
        return new HashMap<>();
    }
}
