package io.taskmover.storage.testkit.crash;

import static io.taskmover.storage.testkit.crash.CacheWorkload.BOOT;
import static io.taskmover.storage.testkit.crash.CacheWorkload.OTHER_BOOT;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.cache.FileCache;
import io.taskmover.storage.testkit.crash.CacheWorkload.Expected;
import io.taskmover.storage.testkit.disk.DiskImage;
import io.taskmover.storage.testkit.disk.FileContent;
import io.taskmover.storage.testkit.disk.ModelDisk;
import io.taskmover.storage.testkit.disk.PowerCuts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The power goes, the program is killed, and the disk changes bits under a cache: at every operation of its disk, and at every
 * byte. Each time what is found afterwards is what was set last, or nothing, and nothing is thrown. {@code make crash} does it
 * at length.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class FileCacheCrashTest {
    /** Files of 4 KiB, of which there are four: what is set drives out what was set before. */
    private static final long SMALL = 16 << 10;
    /** Files of 16 KiB, which are never full all together: nothing is driven out, and values go over boundaries of pages. */
    private static final long LARGE = 256 << 10;

    private static final int CHANGES = 120;
    private static final int OUTCOMES = Effort.of(16, 48);
    private static final int EVERY = Effort.of(13, 1);

    private final AtomicLong images = new AtomicLong();
    private final AtomicLong found = new AtomicLong();

    @ParameterizedTest
    @ValueSource(longs = {SMALL, LARGE})
    void afterAPowerCutNothingIsFoundButWhatWasSetLast(long maxBytes) {
        int wanted = Effort.of(1_500, 200_000);
        Effort.until(() -> images.get() >= wanted, seed -> {
            ModelDisk disk = ModelDisk.of(DiskImage.EMPTY);
            CacheWorkload workload = new CacheWorkload(disk, maxBytes, seed);
            try (FileCache<String, String> cache = workload.open(BOOT)) {
                workload.run(cache, CHANGES);
            }
            int closed = disk.operations();
            FileCache<String, String> again = workload.open(BOOT);
            int opened = disk.operations();
            workload.run(again, CHANGES);
            again.close();
            int closedAgain = disk.operations();
            PowerCuts cuts = new PowerCuts(disk.start(), disk.log());
            do {
                int at = cuts.operation();
                boolean isNearClose =
                        Math.abs(at - closed) < 8 || (at >= closed && at <= opened) || at >= closedAgain - 8;
                if (isNearClose || (at + seed) % EVERY == 0) {
                    for (DiskImage image : cuts.images(OUTCOMES, seed)) {
                        images.incrementAndGet();
                        found.addAndGet(check(image, maxBytes, OTHER_BOOT, workload.expected(at)));
                    }
                }
            } while (cuts.next());
            // what was closed is durable
            Expected last = workload.expected();
            for (DiskImage image : cuts.images(OUTCOMES, seed)) {
                int values = check(image, maxBytes, OTHER_BOOT, last);
                if (maxBytes == LARGE) {
                    assertThat(values).isEqualTo(last.sure());
                }
            }
        });
        System.out.printf("%d images after power cuts, %d values found in them%n", images.get(), found.get());
        assertThat(found.get()).isPositive();
    }

    private static int check(DiskImage image, long maxBytes, UUID boot, Expected expected) {
        try (FileCache<String, String> cache = CacheWorkload.open(image, maxBytes, boot)) {
            return expected.check(cache);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {SMALL, LARGE})
    void afterAKillAllThatWasSetIsThere(long maxBytes) {
        int wanted = Effort.of(300, 50_000);
        Effort.until(() -> images.get() >= wanted, seed -> {
            ModelDisk disk = ModelDisk.of(DiskImage.EMPTY);
            CacheWorkload workload = new CacheWorkload(disk, maxBytes, seed);
            workload.run(workload.open(BOOT), CHANGES);
            PowerCuts cuts = new PowerCuts(disk.start(), disk.log());
            do {
                if ((cuts.operation() + seed) % EVERY == 0) {
                    Expected expected = workload.expected(cuts.operation());
                    ModelDisk left = ModelDisk.of(cuts.killed());
                    try (FileCache<String, String> cache = CacheWorkload.open(left, maxBytes, BOOT)) {
                        images.incrementAndGet();
                        int values = expected.check(cache);
                        found.addAndGet(values);
                        if (maxBytes == LARGE) {
                            assertThat(values).isGreaterThanOrEqualTo(expected.sure());
                        }
                    }
                    // killed again, while it was opened or closed
                    PowerCuts later = new PowerCuts(left.start(), left.log());
                    do {
                        check(later.killed(), maxBytes, BOOT, expected);
                    } while (later.next());
                }
            } while (cuts.next());
        });
        System.out.printf("%d kills, %d values found after them%n", images.get(), found.get());
        assertThat(found.get()).isPositive();
    }

    /** What the system copied of a write that was cut off by a kill: whole pages of it. */
    @Test
    void aTornTailCostsNothingButTheValueThatWasWritten() {
        AtomicLong torn = new AtomicLong();
        Effort.until(() -> torn.get() >= Effort.of(50, 2_000), seed -> {
            ModelDisk disk = ModelDisk.of(DiskImage.EMPTY);
            CacheWorkload workload = new CacheWorkload(disk, LARGE, seed);
            FileCache<String, String> cache = workload.open(BOOT);
            workload.run(cache, CHANGES);
            DiskImage before = disk.image();
            Expected expected = workload.expected();
            int values = workload.size();
            // of a key that is not among the others: none of those may be lost
            cache.set("torn", "y".repeat(3_000));
            DiskImage after = disk.image();
            for (String file : after.files()) {
                byte[] bytes = after.bytes(file);
                byte[] former = before.files().contains(file) ? before.bytes(file) : new byte[0];
                int first = Arrays.mismatch(bytes, former);
                if (!file.endsWith(".seg") || first < 0 || first >= former.length) {
                    continue; // the write went into a new file
                }
                for (int page = first / 4096 * 4096 + 4096; page < first + 3_000; page += 4096) {
                    byte[] cut = bytes.clone();
                    Arrays.fill(cut, page, Math.min(cut.length, page + 4096), (byte) 0);
                    try (FileCache<String, String> opened =
                            CacheWorkload.open(after.with(file, FileContent.of(cut)), LARGE, BOOT)) {
                        torn.incrementAndGet();
                        assertThat(opened.get("torn")).isNull();
                        assertThat(expected.check(opened)).isEqualTo(values);
                        opened.set("torn", "now");
                        assertThat(opened.get("torn")).isEqualTo("now");
                    }
                }
            }
        });
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void noChangedBitBringsBackWhatWasReplacedOrDeleted(boolean closed) {
        AtomicLong flips = new AtomicLong();
        store(closed, 7, (image, expected) -> {
            for (String file : image.files()) {
                byte[] bytes = image.bytes(file);
                int every = Effort.of(file.endsWith(".seg") ? 101 : 5, 1);
                for (int bit = 0; bit < 8 * bytes.length; bit += every) {
                    byte[] changed = bytes.clone();
                    changed[bit / 8] ^= (byte) (1 << bit % 8);
                    flips.incrementAndGet();
                    found.addAndGet(check(
                            image.with(file, FileContent.of(changed)), SMALL, closed ? OTHER_BOOT : BOOT, expected));
                }
            }
        });
        System.out.printf("%d bits changed, %d values found%n", flips.get(), found.get());
        assertThat(found.get()).isGreaterThan(flips.get());
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void noFileThatIsCutOffOrMissingBringsBackWhatWasReplacedOrDeleted(boolean closed) {
        AtomicLong cuts = new AtomicLong();
        UUID boot = closed ? OTHER_BOOT : BOOT;
        store(closed, 8, (image, expected) -> {
            for (String file : image.files()) {
                byte[] bytes = image.bytes(file);
                int every = Effort.of(file.endsWith(".seg") ? 29 : 3, 1);
                for (int length = 0; length < bytes.length; length += every) {
                    byte[] changed = Arrays.copyOf(bytes, length);
                    cuts.incrementAndGet();
                    found.addAndGet(check(image.with(file, FileContent.of(changed)), SMALL, boot, expected));
                    // and what is zero from there on, as where the disk has lost it
                    byte[] zeros = Arrays.copyOf(changed, bytes.length);
                    if (length % 512 == 0 && closed) {
                        found.addAndGet(check(image.with(file, FileContent.of(zeros)), SMALL, boot, expected));
                    }
                }
                found.addAndGet(check(image.without(file), SMALL, boot, expected));
            }
        });
        System.out.printf("%d files cut off, %d values found%n", cuts.get(), found.get());
        assertThat(found.get()).isPositive();
    }

    private interface Look {
        void at(DiskImage image, Expected expected);
    }

    /** A cache that has been in use for so long that files of it have gone, and the values of some keys were replaced often. */
    private static void store(boolean closed, long seed, Look look) {
        ModelDisk disk = ModelDisk.of(DiskImage.EMPTY);
        CacheWorkload workload = new CacheWorkload(disk, SMALL, seed);
        FileCache<String, String> cache = workload.open(BOOT);
        List<Integer> sizes = new ArrayList<>();
        do {
            workload.run(cache, CHANGES);
            sizes.add(workload.size());
        } while (disk.image().files().stream().anyMatch(file -> file.endsWith("-00000001.seg")) || workload.size() < 5);
        if (closed) {
            cache.close();
        }
        assertThat(check(disk.image(), SMALL, closed ? OTHER_BOOT : BOOT, workload.expected()))
                .as("values of those that were set, %s", sizes)
                .isGreaterThan(3);
        look.at(disk.image(), workload.expected());
    }
}
