package io.taskmover.storage.testkit.crash;

import io.taskmover.storage.cache.FileCache;
import io.taskmover.storage.cache.FileCaches;
import io.taskmover.storage.testkit.ManualClock;
import io.taskmover.storage.testkit.disk.DiskImage;
import io.taskmover.storage.testkit.disk.ModelDisk;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What a program does with a cache on a disk, and what it may find after each step: what it set last, or nothing. */
final class CacheWorkload {
    static final String DIRECTORY = "/cache";
    static final UUID BOOT = new UUID(1, 1);
    static final UUID OTHER_BOOT = new UUID(2, 2);

    private static final int KEYS = 40;

    private final ModelDisk disk;
    private final long maxBytes;
    private final Random random;
    private final List<Step> steps = new ArrayList<>();
    private final Map<String, String> current = new HashMap<>();
    private int count;
    private long hits;

    /**
     * A change that has been acknowledged.
     *
     * @param key null for all keys
     * @param value null for none
     * @param operations of the disk until then
     */
    record Step(@Nullable String key, @Nullable String value, int operations) {}

    /**
     * What may be found at a moment.
     *
     * @param sure of how many keys the value must be found, unless it was driven out
     */
    record Expected(Map<String, Set<String>> values, int sure) {
        /** Tells what is found that must not be; returns how many values are. */
        int check(FileCache<String, String> cache) {
            int found = 0;
            for (int i = 0; i < KEYS; i++) {
                String value = cache.get(key(i));
                if (value != null) {
                    found++;
                    if (!values.getOrDefault(key(i), Set.of()).contains(value)) {
                        throw new AssertionError(key(i) + " is " + head(value) + ", and was set to "
                                + values.getOrDefault(key(i), Set.of()).stream()
                                        .map(CacheWorkload::head)
                                        .toList());
                    }
                }
            }
            return found;
        }
    }

    CacheWorkload(ModelDisk disk, long maxBytes, long seed) {
        this.disk = disk;
        this.maxBytes = maxBytes;
        this.random = new Random(seed);
    }

    private static String key(int i) {
        return "key" + i;
    }

    private static String head(String value) {
        return value.substring(0, Math.min(value.length(), 12));
    }

    FileCache<String, String> open(UUID boot) {
        return open(disk, maxBytes, boot);
    }

    static FileCache<String, String> open(ModelDisk disk, long maxBytes, @Nullable UUID boot) {
        return FileCaches.open(disk.path(DIRECTORY), maxBytes, new ManualClock(), () -> 0, boot);
    }

    static FileCache<String, String> open(DiskImage image, long maxBytes, @Nullable UUID boot) {
        return open(ModelDisk.unrecorded(image), maxBytes, boot);
    }

    /** Sets, deletes and asks; what is asked for is looked at. */
    void run(FileCache<String, String> cache, int changes) {
        for (int i = 0; i < changes; i++) {
            String key = key(random.nextInt(KEYS));
            int what = random.nextInt(100);
            if (what < 60) {
                String value = "v" + ++count + " " + "x".repeat(random.nextInt(random.nextInt(10) == 0 ? 3_000 : 200));
                current.put(key, value);
                cache.set(key, value);
                steps.add(new Step(key, value, disk.operations()));
            } else if (what < 80) {
                current.remove(key);
                cache.delete(key);
                steps.add(new Step(key, null, disk.operations()));
            } else if (what < 82) {
                current.clear();
                cache.clear();
                steps.add(new Step(null, null, disk.operations()));
            } else {
                look(cache, key);
            }
        }
        for (int i = 0; i < KEYS; i++) {
            look(cache, key(i));
        }
    }

    private void look(FileCache<String, String> cache, String key) {
        String found = cache.get(key);
        if (found != null) {
            hits++;
            if (!found.equals(current.get(key))) {
                String wanted = current.get(key);
                throw new AssertionError(
                        key + " is " + head(found) + ", and was set to " + (wanted == null ? "nothing" : head(wanted)));
            }
        }
    }

    /** How often something was found. */
    long hits() {
        return hits;
    }

    /** Of how many keys there is a value now, unless it was driven out. */
    int size() {
        return current.size();
    }

    /** What may be found now. */
    Expected expected() {
        return expected(Integer.MAX_VALUE);
    }

    /** What may be found if all ends after so many operations of the disk: the change then under way is done or not. */
    Expected expected(int operations) {
        Map<String, Set<String>> values = new HashMap<>();
        for (Step step : steps) {
            boolean isDone = step.operations <= operations;
            int sure = step.key == null ? 0 : values.size() - (values.containsKey(step.key) ? 1 : 0);
            if (step.key == null && isDone) {
                values.clear();
            } else if (step.key != null) {
                Set<String> possible = values.computeIfAbsent(step.key, key -> new HashSet<>());
                if (isDone) {
                    possible.clear();
                }
                if (step.value != null) {
                    possible.add(Objects.requireNonNull(step.value));
                } else if (isDone) {
                    values.remove(step.key);
                }
            }
            if (!isDone) {
                return new Expected(values, sure);
            }
        }
        return new Expected(values, values.size());
    }
}
