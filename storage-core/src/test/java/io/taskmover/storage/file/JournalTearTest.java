package io.taskmover.storage.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a power cut leaves of writes that were not forced: any of their sectors, and what was there before of others. */
@Timeout(120)
class JournalTearTest {
    private static final int SECTOR_BYTES = 512;
    private static final int ROUNDS = 30;
    private static final int OUTCOMES = 40;

    @TempDir
    Path root;

    /** Here the test decides what has reached the disk. */
    private static final class LazyDisk extends CountingDisk {
        @Override
        public void force(Path file, FileChannel channel) {}

        @Override
        public void forceDirectory(Path directory) {}
    }

    @Test
    void whateverSectorsArriveEveryForcedCommitIsReadAndNoneIsInventedOrSkipped() throws IOException {
        SplittableRandom random = new SplittableRandom(20_261_123);
        int torn = 0;
        int withWholeRecordsAfterAHole = 0;
        for (int round = 0; round < ROUNDS; round++) {
            Path directory = Files.createDirectory(root.resolve("round" + round));
            JournalFixture fixture = new JournalFixture(directory, new LazyDisk());
            long forced = random.nextLong(0, 6);
            long written = forced + random.nextLong(1, 12);
            String text = "x".repeat(random.nextInt(1, 900));
            // nothing is forced but on demand
            try (Journal journal = fixture.open(Durability.parse("batched:1h"), 0)) {
                for (long sequence = 1; sequence <= written; sequence++) {
                    JournalFixture.append(journal, sequence, text);
                    if (sequence == forced) {
                        journal.sync(forced);
                    }
                }
                journal.await(written);
            }
            byte[] after = fixture.shorten(1);
            byte[] before = after.clone();
            int durableEnd = forced == written ? after.length : JournalFixture.offsetOfRecord(after, 1, forced + 1);
            Arrays.fill(before, durableEnd, before.length, (byte) 0);
            for (int outcome = 0; outcome < OUTCOMES; outcome++) {
                Files.write(fixture.segment(1), tear(before, after, random));
                List<Long> read = fixture.read(0, text);
                assertThat(read).hasSizeBetween((int) forced, (int) written);
                JournalReader.End end = fixture.reader().read(0, JournalFixture.tables(), commit -> {});
                if (end.torn() != null) {
                    torn++;
                    withWholeRecordsAfterAHole += end.torn().contains("later ones") ? 1 : 0;
                }
                if (outcome % 4 == 0) {
                    continueAfter(fixture, read, text);
                }
            }
        }
        assertThat(torn).isGreaterThan(ROUNDS * OUTCOMES / 4);
        assertThat(withWholeRecordsAfterAHole).isGreaterThan(ROUNDS * OUTCOMES / 20);
    }

    /** Commits that take the numbers of those that were torn are read back, and nothing else. */
    private static void continueAfter(JournalFixture fixture, List<Long> read, String text) throws IOException {
        long next = read.size() + 1L;
        try (Journal journal = fixture.resume(0)) {
            JournalFixture.append(journal, next, text);
        }
        List<Long> expected = new ArrayList<>(read);
        expected.add(next);
        assertThat(fixture.read(0, text)).isEqualTo(expected);
        for (var segment : fixture.reader().segments().entrySet()) {
            if (segment.getKey() > 1) {
                Files.delete(segment.getValue());
            }
        }
    }

    /** Each sector as it was before or after, most of them after. */
    private static byte[] tear(byte[] before, byte[] after, SplittableRandom random) {
        byte[] torn = after.clone();
        int lost = random.nextInt(1, 4);
        for (int start = 0; start < torn.length; start += SECTOR_BYTES) {
            if (random.nextInt(6) < lost) {
                System.arraycopy(before, start, torn, start, Math.min(SECTOR_BYTES, torn.length - start));
            }
        }
        return torn;
    }
}
