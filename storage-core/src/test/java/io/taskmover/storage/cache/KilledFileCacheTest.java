package io.taskmover.storage.cache;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.error.LockedException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Objects;
import java.util.Random;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Real processes that change a cache, really killed. */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class KilledFileCacheTest {
    /** How many processes are killed; {@code make crash} asks for more. */
    private static final int KILLS = Integer.getInteger("storage.crash.cacheKills", 4);

    @TempDir
    Path directory;

    @Test
    void afterAKillThereIsWhatWasSetLastOrNothing() throws Exception {
        Random random = new Random(20_260_501);
        Map<String, @Nullable String> current = CachingChild.nothing();
        long next = 1;
        long found = 0;
        int torn = 0;
        for (int kill = 0; kill < KILLS; kill++) {
            Process child = start(next);
            long acknowledged = next - 1;
            try (BufferedReader reports = reader(child)) {
                assertThat(reports.readLine()).isEqualTo("open");
                for (int lines = 5 + random.nextInt(25); lines > 0; lines--) {
                    acknowledged = Long.parseLong(Objects.requireNonNull(reports.readLine(), "it ended by itself"));
                }
                LockSupport.parkNanos(random.nextInt(5_000_000));
                // by its handle: Process.destroyForcibly would close the reports with what is still in them
                child.toHandle().destroyForcibly();
                child.waitFor();
                for (String line = reports.readLine(); line != null; line = reports.readLine()) {
                    acknowledged = line.matches("\\d{9}") ? Long.parseLong(line) : acknowledged;
                }
            }
            for (; next <= acknowledged; next++) {
                CachingChild.apply(next, current);
            }
            torn += isTorn() ? 1 : 0;
            Map<String, @Nullable String> underWay = CachingChild.nothing();
            String changing = CachingChild.apply(next, underWay);
            try (FileCache<String, String> cache = CachingChild.open(directory)) {
                for (int i = 0; i < CachingChild.KEYS; i++) {
                    String key = "key" + i;
                    String value = cache.get(key);
                    found += value == null ? 0 : 1;
                    boolean isNext = key.equals(changing) && Objects.equals(value, underWay.get(key));
                    assertThat(value == null || value.equals(current.get(key)) || isNext)
                            .as("%s after change %d", key, acknowledged)
                            .isTrue();
                }
            }
            // the one that was under way is done again by the next process
        }
        System.out.printf(
                Locale.ROOT,
                "%d kills of a process with a cache in files, %d with a torn tail; %d changes, %d values found%n",
                KILLS,
                torn,
                next - 1,
                found);
        assertThat(found).isGreaterThan(KILLS * 3L);
    }

    /** Whether the record that was written last is there in part. */
    private boolean isTorn() throws IOException {
        NavigableSet<Path> segments = new TreeSet<>();
        try (Stream<Path> files = Files.list(directory)) {
            files.filter(file -> String.valueOf(file).endsWith(".seg")).forEach(segments::add);
        }
        Path newest = segments.last();
        long number = Long.parseLong(String.valueOf(newest.getFileName()).replaceAll("\\D", ""));
        try (CacheSegment segment = CacheSegment.open(newest, number)) {
            if (segment == null) {
                return false;
            }
            int[] last = new int[2];
            assertThat(segment.scan(CacheSegment.UNKNOWN, (header, offset) -> {
                        last[0] = offset;
                        last[1] = (int) header.length();
                    }))
                    .isTrue();
            return last[1] > 0 && segment.read(last[0], last[1]) == null;
        }
    }

    @Test
    void aCacheInUseByAnotherProcessIsLockedUntilThatOneDies() throws Exception {
        Process child = start(1);
        try (BufferedReader reports = reader(child)) {
            assertThat(reports.readLine()).isEqualTo("open");
            assertThatThrownBy(() -> CachingChild.open(directory))
                    .isInstanceOf(LockedException.class)
                    .hasMessageContaining("process " + child.pid());
        } finally {
            child.destroyForcibly().waitFor();
        }
        CachingChild.open(directory).close();
    }

    private static BufferedReader reader(Process child) {
        return new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.US_ASCII));
    }

    private Process start(long first) throws IOException {
        String modulePath = System.getProperty("jdk.module.path");
        String classPath = System.getProperty("java.class.path");
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        modulePath == null ? classPath : modulePath + File.pathSeparator + classPath,
                        CachingChild.class.getName(),
                        directory.toString(),
                        Long.toString(first))
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
