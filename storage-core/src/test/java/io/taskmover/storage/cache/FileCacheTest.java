package io.taskmover.storage.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.error.LockedException;
import io.taskmover.storage.error.StorageIoException;
import io.taskmover.storage.mapping.Entity;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class FileCacheTest extends CacheLevelContract {
    private static final long SMALL = 16 << 10;
    private static final UUID BOOT = new UUID(1, 2);
    private static final UUID OTHER_BOOT = new UUID(3, 4);

    @TempDir
    Path directory;

    private final List<FileCache<?, ?>> open = new ArrayList<>();
    private final Wall wall = new Wall();
    private long nanos;
    private int copies;

    /** A clock that people set. */
    private static final class Wall extends Clock {
        private Instant now = Instant.parse("2026-05-01T10:00:00Z");

        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            throw new UnsupportedOperationException("a cache needs no zone");
        }
    }

    @AfterEach
    void close() {
        open.forEach(FileCache::close);
    }

    private <K, V> FileCache<K, V> closing(FileCache<K, V> cache) {
        open.add(cache);
        return cache;
    }

    @Override
    CacheLevel<String, String> ofWeight(long bound, Duration ttl, LongSupplier ticker) {
        return closing(new FileCache<>(
                directory.resolve("level" + open.size()),
                bound < 1 ? bound : Math.max(bound, SMALL),
                CacheSerializer.ofStrings(),
                CacheSerializer.ofStrings(),
                ttl,
                wall,
                ticker));
    }

    @Override
    long weightOfThree() {
        return 64;
    }

    @Override
    long smallBound() {
        return SMALL;
    }

    private FileCache<String, String> cache(Path path, long maxBytes, @Nullable UUID boot) {
        return closing(new FileCache<>(
                path,
                maxBytes,
                CacheSerializer.ofStrings(),
                CacheSerializer.ofStrings(),
                CacheLevel.FOREVER,
                wall,
                () -> nanos,
                boot));
    }

    private FileCache<String, String> cache(@Nullable UUID boot) {
        return cache(directory.resolve("cache"), 1 << 20, boot);
    }

    /** The time goes on, and the clock shows it. */
    private void passes(Duration time) {
        nanos += time.toNanos();
        wall.now = wall.now.plus(time);
    }

    /** What a kill leaves, in another directory. */
    private Path killed(Path path) throws IOException {
        Path copy = directory.resolve("copy" + ++copies);
        Files.createDirectory(copy);
        try (Stream<Path> files = Files.list(path)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        return copy;
    }

    private static long bytes(Path path) throws IOException {
        long bytes = 0;
        try (Stream<Path> files = Files.list(path)) {
            for (Path file : files.toList()) {
                bytes += String.valueOf(file).endsWith(".seg") ? Files.size(file) : 0;
            }
        }
        return bytes;
    }

    // after a restart

    @Test
    void whatWasClosedIsThereAgain() {
        try (FileCache<String, String> cache = cache(BOOT)) {
            cache.set("a", "1");
            cache.set("b", "1");
            cache.set("b", "2");
            cache.set("c", "3");
            cache.set("", "");
            assertThat(cache.delete("c")).isTrue();
        }
        // the system was started anew meanwhile, and does not tell
        try (FileCache<String, String> cache = cache(null)) {
            assertThat(cache.get("a")).isEqualTo("1");
            assertThat(cache.get("b")).isEqualTo("2");
            assertThat(cache.get("c")).isNull();
            assertThat(cache.get("")).isEmpty();
            assertThat(cache.statistics().entries()).isEqualTo(3);
            assertThat(cache.statistics().bytes()).isEqualTo(3 * 64 - 32);
            cache.clear();
        }
        try (FileCache<String, String> cache = cache(BOOT)) {
            assertThat(cache.get("a")).isNull();
            cache.set("a", "2");
        }
        try (FileCache<String, String> cache = cache(BOOT)) {
            assertThat(cache.get("a")).isEqualTo("2");
        }
    }

    @Test
    void whatWasNotClosedIsThereUnlessTheSystemWasStartedAnew() throws IOException {
        FileCache<String, String> cache = cache(BOOT);
        cache.set("a", "1");
        Path path = directory.resolve("cache");
        try (FileCache<String, String> again = cache(killed(path), 1 << 20, BOOT)) {
            assertThat(again.get("a")).isEqualTo("1");
        }
        for (UUID boot : Arrays.asList(OTHER_BOOT, null)) {
            try (FileCache<String, String> again = cache(killed(path), 1 << 20, boot)) {
                assertThat(again.get("a")).isNull();
                again.set("a", "2");
                assertThat(again.get("a")).isEqualTo("2");
            }
        }
    }

    @Test
    void aSmallerBoundHoldsFromTheOpeningOn() throws IOException {
        Path path = directory.resolve("cache");
        try (FileCache<String, String> cache = cache(path, 1 << 20, BOOT)) {
            for (int i = 0; i < 5_000; i++) {
                cache.set("k" + i, "x".repeat(100));
            }
        }
        assertThat(bytes(path)).isBetween(600_000L, 1L << 20);
        try (FileCache<String, String> cache = cache(path, 1 << 18, BOOT)) {
            assertThat(bytes(path)).isLessThanOrEqualTo(1 << 18);
            assertThat(cache.get("k4999")).hasSize(100);
            assertThat(cache.get("k0")).isNull();
            cache.set("k0", "y");
            assertThat(cache.get("k0")).isEqualTo("y");
            assertThat(bytes(path)).isLessThanOrEqualTo(1 << 18);
        }
    }

    // time

    @Test
    void timeGoesOnWhileNobodyHasItOpen() {
        try (FileCache<String, String> cache = cache(BOOT)) {
            cache.set("a", "1", Duration.ofSeconds(10));
            cache.set("b", "1", Duration.ofSeconds(20));
            cache.set("c", "1");
            passes(Duration.ofSeconds(4));
        }
        wall.now = wall.now.plusSeconds(3);
        nanos = -17; // of another process
        try (FileCache<String, String> cache = cache(BOOT)) {
            assertThat(cache.entry("a")).isEqualTo(new CacheEntry<>("1", Duration.ofSeconds(3)));
        }
        wall.now = wall.now.plusSeconds(3);
        try (FileCache<String, String> cache = cache(BOOT)) {
            assertThat(cache.get("a")).isNull();
            assertThat(cache.entry("b")).isEqualTo(new CacheEntry<>("1", Duration.ofSeconds(10)));
            assertThat(cache.entry("c")).isEqualTo(new CacheEntry<>("1", CacheLevel.FOREVER));
        }
    }

    @Test
    void aClockThatIsSetForwardEndsWhatIsOverByItAndOneThatIsSetBackBringsNothingBack() {
        FileCache<String, String> cache = cache(BOOT);
        cache.set("a", "1", Duration.ofSeconds(10));
        wall.now = wall.now.minus(Duration.ofDays(1));
        passes(Duration.ofSeconds(4));
        assertThat(cache.entry("a")).isEqualTo(new CacheEntry<>("1", Duration.ofSeconds(6)));
        wall.now = wall.now.plus(Duration.ofDays(2));
        assertThat(cache.get("a")).isNull();
        wall.now = wall.now.minus(Duration.ofDays(2));
        assertThat(cache.get("a")).isNull();
        cache.set("b", "1", Duration.ofSeconds(10));
        passes(Duration.ofSeconds(9));
        assertThat(cache.get("b")).isEqualTo("1");
        passes(Duration.ofSeconds(1));
        assertThat(cache.get("b")).isNull();
    }

    @Test
    void ifTheClockWasSetBackItBeginsEmpty() throws IOException {
        FileCache<String, String> cache = cache(BOOT);
        cache.set("a", "1", Duration.ofSeconds(10));
        passes(Duration.ofSeconds(60));
        cache.set("b", "1");
        // nobody has asked for what is over; the time is in the files all the same
        Path killed = killed(directory.resolve("cache"));
        wall.now = wall.now.minusSeconds(55);
        try (FileCache<String, String> again = cache(killed, 1 << 20, BOOT)) {
            assertThat(again.get("a")).isNull();
            assertThat(again.get("b")).isNull();
            // and goes on with the time that the clock shows
            again.set("c", "1", Duration.ofSeconds(10));
        }
        wall.now = wall.now.plusSeconds(7);
        try (FileCache<String, String> again = cache(killed, 1 << 20, BOOT)) {
            assertThat(again.entry("c")).isEqualTo(new CacheEntry<>("1", Duration.ofSeconds(3)));
        }
    }

    /** Whatever the clock does and however it ends: what was not there once is not there until it is set again. */
    @Test
    void noJumpOfTheClockBringsBackWhatWasOver() throws IOException {
        Random random = new Random(5);
        Path path = directory.resolve("jumps");
        FileCache<String, String> cache = cache(path, 1 << 20, BOOT);
        Map<String, String> current = new HashMap<>();
        int hits = 0;
        int over = 0;
        for (int i = 0; i < 8_000; i++) {
            String key = "k" + random.nextInt(20);
            int what = random.nextInt(1_000);
            if (what < 300) {
                cache.set(key, "v" + i, Duration.ofMillis(1 + random.nextInt(100_000)));
                current.put(key, "v" + i);
            } else if (what < 700) {
                String found = cache.get(key);
                if (found == null) {
                    over += current.remove(key) == null ? 0 : 1;
                } else {
                    hits++;
                    assertThat(found).isEqualTo(current.get(key));
                }
            } else if (what < 980) {
                passes(Duration.ofMillis(random.nextInt(5_000)));
            } else if (what < 990) {
                wall.now = wall.now.plusMillis(random.nextInt(400_000) - 200_000);
            } else {
                boolean kill = random.nextBoolean();
                Path next = kill ? killed(path) : path;
                cache.close();
                nanos = random.nextLong(); // of another process
                cache = cache(next, 1 << 20, BOOT);
                path = next;
            }
        }
        assertThat(hits).isGreaterThan(200);
        assertThat(over).isGreaterThan(200);
    }

    // its bound

    @Test
    void itsFilesStayWithinTheBoundAndWhatIsUsedStaysLonger() throws IOException {
        Path path = directory.resolve("cache");
        FileCache<Long, String> cache =
                closing(new FileCache<>(path, 1 << 20, CacheSerializer.ofLongs(), CacheSerializer.ofStrings()));
        for (long i = 0; i < 20; i++) {
            cache.set(i, "often");
        }
        for (long i = 100; i < 20_000; i++) {
            cache.set(i, "x".repeat((int) (i % 700)));
            if (i % 100 == 0) {
                for (long used = 0; used < 10; used++) {
                    assertThat(cache.get(used)).isEqualTo("often");
                }
                assertThat(bytes(path)).isLessThanOrEqualTo(1 << 20);
            }
        }
        for (long unused = 10; unused < 20; unused++) {
            assertThat(cache.get(unused)).isNull();
        }
        assertThat(cache.statistics().bytes()).isBetween(500_000L, 1L << 20);
    }

    @Test
    void whatIsReplacedOftenDrivesNothingOut() throws IOException {
        Path path = directory.resolve("cache");
        FileCache<String, String> cache = cache(path, 1 << 18, BOOT);
        cache.set("once", "1");
        for (int i = 0; i < 8_000; i++) {
            cache.set("k" + i % 50, i + "x".repeat(200));
        }
        assertThat(cache.statistics().evictions()).isZero();
        assertThat(cache.get("once")).isEqualTo("1");
        assertThat(bytes(path)).isLessThanOrEqualTo(1 << 18);
    }

    @Test
    void aLargeValueIsKeptUpToAQuarterOfAll() throws IOException {
        Path path = directory.resolve("cache");
        FileCache<String, String> cache = cache(path, 1 << 20, BOOT);
        List<String> evicted = new ArrayList<>();
        cache.onEviction((key, entry) -> evicted.add(key + entry.value().length()));
        for (int i = 0; i < 20; i++) {
            cache.set("large" + i, "x".repeat(200_000));
            assertThat(cache.get("large" + i)).hasSize(200_000);
            assertThat(bytes(path)).isLessThanOrEqualTo(1 << 20);
        }
        assertThat(evicted).contains("large0200000").hasSize((int)
                cache.statistics().evictions());
        cache.set("large19", "x".repeat(300_000));
        assertThat(cache.get("large19")).isNull();
        assertThat(evicted).contains("large19300000");
        // nor does the former one come back
        try (FileCache<String, String> again = cache(killed(path), 1 << 20, BOOT)) {
            assertThat(again.get("large19")).isNull();
            assertThat(again.get("large18")).hasSize(200_000);
        }
    }

    @Test
    void whatIsDrivenOutIsToldWithTheTimeThatItHadLeft() {
        FileCache<String, String> cache = cache(directory.resolve("cache"), SMALL, BOOT);
        Map<String, CacheEntry<String>> evicted = new HashMap<>();
        cache.onEviction(evicted::put);
        cache.set("over", "1", Duration.ofSeconds(1));
        cache.set("ends", "2", Duration.ofSeconds(9));
        passes(Duration.ofSeconds(2));
        for (int i = 0; i < 400; i++) {
            cache.set("k" + i, "x".repeat(30));
        }
        assertThat(evicted)
                .doesNotContainKey("over")
                .containsEntry("ends", new CacheEntry<>("2", Duration.ofSeconds(7)))
                .containsEntry("k0", new CacheEntry<>("x".repeat(30), CacheLevel.FOREVER));
    }

    @Test
    void aListenerThatThrowsBringsNothingBack() throws IOException {
        Path path = directory.resolve("cache");
        FileCache<String, String> cache = cache(path, SMALL, BOOT);
        List<String> evicted = new ArrayList<>();
        cache.onEviction((key, entry) -> {
            evicted.add(key);
            if (evicted.size() == 3) {
                throw new UnsupportedOperationException("not that one");
            }
        });
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 400; i++) {
                        cache.set("k" + i, "x".repeat(30));
                    }
                })
                .isInstanceOf(UnsupportedOperationException.class);
        for (String key : evicted) {
            assertThat(cache.get(key)).isNull();
            cache.delete(key);
        }
        try (FileCache<String, String> again = cache(killed(path), SMALL, BOOT)) {
            for (String key : evicted) {
                assertThat(again.get(key)).isNull();
            }
            assertThat(again.statistics().entries()).isPositive();
        }
        cache.set("a", "1");
        assertThat(cache.get("a")).isEqualTo("1");
    }

    // files

    @Test
    void oneProcessHasItOpenAtATime() throws IOException {
        Path path = directory.resolve("cache");
        try (FileCache<String, String> cache = cache(BOOT)) {
            cache.set("a", "1");
            Path link = Files.createSymbolicLink(directory.resolve("link"), path);
            assertThatThrownBy(() -> cache(link, SMALL, BOOT))
                    .isInstanceOf(LockedException.class)
                    .hasMessageContaining("in this process");
            assertThat(cache.get("a")).isEqualTo("1");
        }
        FileCache<String, String> cache = cache(BOOT);
        cache.close();
        cache.close();
        assertThatThrownBy(() -> cache.get("a"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("closed");
        assertThatThrownBy(() -> cache.set("a", "1")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> cache.delete("a")).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(cache::clear).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void aDirectoryThatIsNoCachesIsLeftAlone() throws IOException {
        Path photos = Files.createDirectory(directory.resolve("photos"));
        Files.writeString(photos.resolve("cache-00000001.seg"), "a photo of a segment");
        Files.writeString(photos.resolve("holiday.jpg"), "a photo");
        assertThatThrownBy(() -> cache(photos, SMALL, BOOT))
                .isInstanceOf(StorageIoException.class)
                .hasMessageContaining("photos")
                .hasMessageContaining("'holiday.jpg'");
        try (Stream<Path> files = Files.list(photos)) {
            assertThat(files).hasSize(2);
        }
        assertThat(photos.resolve("cache-00000001.seg")).hasContent("a photo of a segment");
        assertThatThrownBy(() -> cache(photos.resolve("holiday.jpg"), SMALL, BOOT))
                .isInstanceOf(StorageIoException.class)
                .hasMessageContaining("holiday.jpg");
    }

    @Test
    void whatElseIsPutIntoItsDirectoryStays() throws IOException {
        cache(BOOT).close();
        Path note = directory.resolve("cache").resolve("note.txt");
        Files.writeString(note, "do not remove");
        try (FileCache<String, String> cache = cache(OTHER_BOOT)) {
            cache.set("a", "1");
            cache.clear();
        }
        assertThat(note).hasContent("do not remove");
    }

    @Test
    void itsFilesAreItsOwnersOnly() throws IOException {
        FileCache<String, String> cache = cache(BOOT);
        cache.set("a", "1");
        Path path = directory.resolve("cache");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(path)))
                .isEqualTo("rwx------");
        try (Stream<Path> files = Files.list(path)) {
            for (Path file : files.toList()) {
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .as("%s", file)
                        .isEqualTo("rw-------");
            }
        }
    }

    @Test
    void whatIsDamagedWhileItIsOpenIsNotFound() throws IOException {
        FileCache<String, String> cache = cache(BOOT);
        cache.set("a", "the value of a");
        cache.set("b", "the value of b");
        Path segment = directory.resolve("cache").resolve("cache-00000001.seg");
        segment = Files.exists(segment) ? segment : onlySegment();
        byte[] bytes = Files.readAllBytes(segment);
        String text = new String(bytes, StandardCharsets.ISO_8859_1);
        bytes[text.indexOf("the value of a")] ^= 1;
        Files.write(segment, bytes);
        assertThat(cache.get("a")).isNull();
        assertThat(cache.get("b")).isEqualTo("the value of b");
        assertThat(cache.delete("a")).isFalse();
        cache.set("a", "another");
        assertThat(cache.get("a")).isEqualTo("another");
    }

    private Path onlySegment() throws IOException {
        try (Stream<Path> files = Files.list(directory.resolve("cache"))) {
            return files.filter(file -> String.valueOf(file).endsWith(".seg"))
                    .findFirst()
                    .orElseThrow();
        }
    }

    // threads

    @Test
    void whoIsInterruptedIsServedAndStaysInterrupted() {
        Thread.currentThread().interrupt();
        FileCache<String, String> cache = cache(BOOT);
        cache.set("a", "1");
        assertThat(cache.get("a")).isEqualTo("1");
        assertThat(cache.delete("a")).isTrue();
        cache.set("b", "1");
        cache.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(cache(OTHER_BOOT).get("b")).isEqualTo("1");
    }

    @Test
    void interruptsOfSomeAreNotFeltByOthers() throws Exception {
        FileCache<String, String> cache = cache(BOOT);
        cache.set("a", "1");
        AtomicBoolean done = new AtomicBoolean();
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            String own = "own" + i;
            Thread thread = new Thread(() -> {
                for (int round = 0; !done.get(); round++) {
                    cache.set(own, "x" + round);
                    if (!"1".equals(cache.get("a")) || !("x" + round).equals(cache.get(own))) {
                        throw new AssertionError("lost in round " + round);
                    }
                }
            });
            thread.setUncaughtExceptionHandler((dead, e) -> failure.set(e));
            thread.start();
            threads.add(thread);
        }
        for (int i = 0; i < 1_000; i++) {
            threads.get(i % 2).interrupt();
            Thread.onSpinWait();
        }
        done.set(true);
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failure.get()).isNull();
        assertThat(cache.statistics().misses()).isZero();
    }

    @Test
    void manyThreadsFindWhatTheyHaveSetWhileFilesComeAndGo() throws Exception {
        Path path = directory.resolve("cache");
        FileCache<Long, Long> cache =
                closing(new FileCache<>(path, 64 << 10, CacheSerializer.ofLongs(), CacheSerializer.ofLongs()));
        AtomicReference<@Nullable Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int t = 0; t < 4; t++) {
            int thread = t;
            Thread started = new Thread(() -> {
                SplittableRandom random = new SplittableRandom(thread);
                Map<Long, Long> own = new HashMap<>();
                for (long i = 0; i < 8_000; i++) {
                    long key = random.nextInt(400) * 4 + thread;
                    Long found = cache.get(key);
                    // driven out or what this thread has set last; of others anything of theirs
                    if (found != null && !found.equals(own.get(key))) {
                        throw new AssertionError(key + " is " + found + ", not " + own.get(key));
                    }
                    if (random.nextInt(3) == 0) {
                        cache.delete(key);
                        own.remove(key);
                    } else {
                        cache.set(key, i);
                        own.put(key, i);
                    }
                }
            });
            started.setUncaughtExceptionHandler((dead, e) -> failure.set(e));
            started.start();
            threads.add(started);
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(failure.get()).isNull();
        assertThat(cache.statistics().hits()).isPositive();
        assertThat(cache.statistics().evictions()).isPositive();
        long entries = 0;
        for (long key = 0; key < 1_600; key++) {
            entries += cache.get(key) == null ? 0 : 1;
        }
        assertThat(cache.statistics().entries()).isEqualTo(entries);
    }

    // keys and values

    record Page(String id, String title, List<String> links, Instant seen) {}

    @Test
    void entitiesAreKeptAsTheJsonOfTheirRows() {
        Entity<Page, String> entity = Entity.of(Page.class, String.class);
        Path path = directory.resolve("pages");
        UUID id = UUID.randomUUID();
        Page page = new Page("p1", "Start – Ä", List.of("p2", "p3"), wall.now);
        try (FileCache<UUID, Page> cache =
                new FileCache<>(path, SMALL, CacheSerializer.ofUuids(), CacheSerializer.ofEntities(entity))) {
            cache.set(id, page);
            assertThat(cache.get(id)).isEqualTo(page).isNotSameAs(page);
        }
        try (FileCache<UUID, Page> cache =
                new FileCache<>(path, SMALL, CacheSerializer.ofUuids(), CacheSerializer.ofEntities(entity))) {
            assertThat(cache.get(id)).isEqualTo(page);
        }
        // of another class: what cannot be read is not there
        try (FileCache<UUID, Long> cache =
                new FileCache<>(path, SMALL, CacheSerializer.ofUuids(), new CacheSerializer<Long>() {
                    @Override
                    public byte[] toBytes(Long value) {
                        return CacheSerializer.ofLongs().toBytes(value);
                    }

                    @Override
                    public Long fromBytes(byte[] bytes) {
                        throw new IllegalArgumentException("no number");
                    }
                })) {
            assertThat(cache.get(id)).isNull();
            assertThat(cache.statistics().misses()).isEqualTo(1);
        }
    }

    @Test
    void keysThatAreNotTheSameAreKeptApart() {
        FileCache<String, byte[]> cache = closing(new FileCache<>(
                directory.resolve("cache"), SMALL, CacheSerializer.ofStrings(), CacheSerializer.ofBytes()));
        assertThatThrownBy(() -> cache.get("half \uD800"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("surrogate");
        assertThatThrownBy(() -> cache.set("\uDC00", new byte[0])).isInstanceOf(IllegalArgumentException.class);
        cache.set("?", new byte[] {1});
        cache.set("\uD83D\uDE00", new byte[] {2});
        assertThat(Objects.requireNonNull(cache.get("?"))).containsExactly(1);
        assertThat(Objects.requireNonNull(cache.get("\uD83D\uDE00"))).containsExactly(2);
    }

    @Test
    void asTheSecondLevelItHasAfterARestartWhatBothHad() {
        try (FileCache<String, String> second = cache(BOOT)) {
            MultiLevelCache<String, String> pages = new MultiLevelCache<>(
                    new LruCache<>(2, CacheLevel.FOREVER),
                    second,
                    MultiLevelCache.Settings.DEFAULT,
                    new SplittableRandom(1));
            for (int i = 0; i < 10; i++) {
                assertThat(pages.get("k" + i, key -> key + "!")).isEqualTo("k" + i + "!");
            }
            pages.delete("k3");
        }
        try (FileCache<String, String> second = cache(OTHER_BOOT)) {
            MultiLevelCache<String, String> pages = new MultiLevelCache<>(
                    new LruCache<>(2, CacheLevel.FOREVER),
                    second,
                    MultiLevelCache.Settings.DEFAULT,
                    new SplittableRandom(1));
            assertThat(pages.get("k1")).isEqualTo("k1!");
            assertThat(pages.get("k9")).isEqualTo("k9!");
            assertThat(pages.get("k3", key -> "anew")).isEqualTo("anew");
            assertThat(pages.statistics().loads()).isEqualTo(1);
        }
    }

    @Test
    void whoOnlyReadsTwoLevelsWritesNothing() throws IOException {
        FileCache<String, String> second = cache(BOOT);
        MultiLevelCache<String, String> pages = new MultiLevelCache<>(
                new LruCache<>(2, (key, value) -> 1, CacheLevel.FOREVER, () -> nanos),
                second,
                new MultiLevelCache.Settings(Duration.ofHours(1), 1, 0),
                new SplittableRandom(1));
        for (int i = 0; i < 10; i++) {
            pages.set("k" + i, "v" + i);
        }
        int written = Arrays.hashCode(Files.readAllBytes(onlySegment()));
        for (int i = 0; i < 100; i++) {
            passes(Duration.ofMillis(1_499));
            // goes up, and another one comes down
            assertThat(pages.get("k" + i % 10)).isEqualTo("v" + i % 10);
        }
        assertThat(Arrays.hashCode(Files.readAllBytes(onlySegment()))).isEqualTo(written);
        // what is not there any more is written
        second.delete("k9");
        pages.get("k0");
        pages.get("k1");
        assertThat(second.get("k9")).isEqualTo("v9");
        passes(Duration.ofHours(1));
        assertThat(pages.get("k9")).isNull();
    }
}
