package io.taskmover.storage.file;

import static io.taskmover.storage.file.JournalFixture.append;
import static io.taskmover.storage.file.JournalFixture.offsetOfRecord;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.UnsupportedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class JournalReaderTest {
    @TempDir
    Path root;

    private JournalFixture fixture;

    @BeforeEach
    void prepare() {
        fixture = new JournalFixture(root, new CountingDisk());
    }

    @Test
    void reservedSpaceAfterTheLastRecordIsTheEndAndNotATear() {
        fixture.write(Durability.SYNC, 1, 3);
        JournalReader.End end = fixture.reader().read(0, JournalFixture.tables(), commit -> {});
        assertThat(end.torn()).isNull();
        assertThat(end.lastSequence()).isEqualTo(3);
        assertThat(end.segments()).containsExactly(new JournalReader.Used(1, fixture.segment(1), 3));
        assertThat(end.offset()).isGreaterThan(JournalFormat.HEADER_BYTES).isLessThan(1_000);
    }

    @Test
    void aTailThatWasCutOffAnywhereIsDropped() throws IOException {
        fixture.write(Durability.SYNC, 1, 3);
        byte[] bytes = fixture.shorten(1);
        int last = offsetOfRecord(bytes, 1, 3);
        for (int length = last; length < endOfRecords(bytes, 1) + 10; length++) {
            byte[] zeros = Arrays.copyOf(Arrays.copyOf(bytes, length), bytes.length);
            Files.write(fixture.segment(1), zeros);
            List<Long> read = fixture.read(0);
            assertThat(read).as("zeros from %d", length).startsWith(1L, 2L);
            if (read.size() == 3) {
                assertThat(zeros).isEqualTo(bytes);
            }
        }
    }

    @Test
    void aSegmentThatIsShorterThanItWasMadeIsCorruptionWhereverItEnds() throws IOException {
        fixture.write(Durability.SYNC, 1, 3);
        byte[] bytes = fixture.shorten(1);
        for (int length = 0; length < endOfRecords(bytes, 1) + 100; length++) {
            Files.write(fixture.segment(1), Arrays.copyOf(bytes, length));
            assertCorrupt(0);
            assertCorrupt(3);
        }
        Files.write(fixture.segment(1), Arrays.copyOf(bytes, bytes.length + 1));
        assertCorrupt(0);
        // in the middle of a record that is longer than a block, at a multiple of the block's size
        Files.delete(fixture.segment(1));
        try (Journal journal = fixture.open(Durability.SYNC, 0)) {
            append(journal, 1, "x".repeat(10_000));
        }
        Files.write(fixture.segment(1), Arrays.copyOf(Files.readAllBytes(fixture.segment(1)), 8192));
        assertCorrupt(0);
    }

    @Test
    void whatIsCutOffBelowTheMarkIsCorruptionIfALaterRecordIsThere() throws IOException {
        fixture.write(Durability.SYNC, 1, 4);
        byte[] bytes = fixture.shorten(1);
        int second = offsetOfRecord(bytes, 1, 2);
        int third = offsetOfRecord(bytes, 1, 3);
        for (int length = second; length < third; length++) {
            byte[] hole = bytes.clone();
            Arrays.fill(hole, length, third, (byte) 0);
            if (Arrays.equals(hole, bytes)) {
                continue;
            }
            Files.write(fixture.segment(1), hole);
            assertThatThrownBy(() -> fixture.read(0))
                    .isInstanceOf(CorruptionException.class)
                    .hasMessageContaining(fixture.segment(1) + " is damaged at offset " + second)
                    .hasMessageContaining("commit 2 ");
        }
    }

    @Test
    void aFlippedBitInADurableRecordIsCorruptionWithFileAndOffset() throws IOException {
        fixture.write(Durability.SYNC, 1, 4);
        byte[] bytes = fixture.shorten(1);
        int end = offsetOfRecord(bytes, 1, 4);
        for (int bit = 0; bit < end * 8; bit++) {
            Files.write(fixture.segment(1), flip(bytes, bit));
            int offset = bit / 8 < JournalFormat.HEADER_BYTES ? 0 : offsetOfRecordAround(bytes, bit / 8);
            assertThatThrownBy(() -> fixture.read(0))
                    .as("bit %d", bit)
                    .isInstanceOfAny(CorruptionException.class, UnsupportedException.class)
                    .hasMessageContaining(fixture.segment(1).toString())
                    .hasMessageMatching("(?s).*(at offset " + offset + "|a later version).*");
        }
    }

    @Test
    void aFlippedBitAfterTheLastMarkNeverGivesAWrongValue() throws IOException {
        fixture.write(Durability.SYNC, 1, 4);
        byte[] bytes = fixture.shorten(1);
        int last = offsetOfRecord(bytes, 1, 4);
        int end = endOfRecords(bytes, 1);
        for (int bit = last * 8; bit < (end + 100) * 8; bit++) {
            Files.write(fixture.segment(1), flip(bytes, bit));
            List<Long> read = fixture.read(0);
            assertThat(read).as("bit %d", bit).hasSize(bit / 8 < end ? 3 : 4);
        }
    }

    @Test
    void damageNamesTheRowsAtStakeAsFarAsTheyCanBeRead() throws IOException {
        fixture.write(Durability.SYNC, 1, 4);
        byte[] bytes = fixture.shorten(1);
        int third = offsetOfRecord(bytes, 1, 3);
        int payload = third + JournalFormat.RECORD_HEADER_BYTES;
        // in the row's text: the record's header is whole, and the rest can be read
        Files.write(fixture.segment(1), flip(bytes, (offsetOfRecord(bytes, 1, 4) - 1) * 8));
        assertThatThrownBy(() -> fixture.read(0))
                .hasMessageContaining("commit 3 ")
                .hasMessageContaining("of table 't' the rows '3'");
        // in the header: where the record ends is known from the next one
        Files.write(fixture.segment(1), flip(bytes, (third + 8) * 8));
        assertThatThrownBy(() -> fixture.read(0)).hasMessageContaining("of table 't' the rows '3'");
        Files.write(fixture.segment(1), flip(bytes, payload * 8));
        assertThatThrownBy(() -> fixture.read(0)).hasMessageContaining("commit 3, whose rows cannot be read any more");
        byte[] two = flip(flip(bytes, offsetOfRecord(bytes, 1, 2) * 8), third * 8);
        Files.write(fixture.segment(1), two);
        assertThatThrownBy(() -> fixture.read(0)).hasMessageContaining("the commits 2 to 3");
    }

    @Test
    void damageBelowTheCheckpointIsNoticed() throws IOException {
        fixture.write(Durability.SYNC, 1, 4);
        byte[] bytes = fixture.shorten(1);
        Files.write(fixture.segment(1), flip(bytes, (offsetOfRecord(bytes, 1, 4) + 40) * 8));
        assertThat(fixture.read(3)).isEmpty();
        assertThatThrownBy(() -> fixture.read(4)).isInstanceOf(CorruptionException.class);
        Files.write(fixture.segment(1), flip(bytes, JournalFormat.HEADER_BYTES * 8));
        assertThatThrownBy(() -> fixture.read(3)).isInstanceOf(CorruptionException.class);
    }

    @Test
    void recordsInTheWrongPlaceAreCorruption() throws IOException {
        fixture.write(Durability.SYNC, 1, 3);
        byte[] bytes = fixture.shorten(1);
        int second = offsetOfRecord(bytes, 1, 2);
        int third = offsetOfRecord(bytes, 1, 3);
        byte[] swapped = bytes.clone();
        System.arraycopy(bytes, second, swapped, third, third - second);
        System.arraycopy(bytes, third, swapped, second, third - second);
        Files.write(fixture.segment(1), swapped);
        // neither is a record where it stands now, and nothing says that they were on the disk
        assertThat(fixture.read(0)).containsExactly(1L);
        byte[] twice = bytes.clone();
        System.arraycopy(bytes, JournalFormat.HEADER_BYTES, twice, second, third - second);
        Files.write(fixture.segment(1), twice);
        assertThatThrownBy(() -> fixture.read(1)).isInstanceOf(CorruptionException.class);
    }

    @Test
    void bytesOfAnotherJournalAreNoRecords() throws IOException {
        fixture.write(Durability.SYNC, 1, 4);
        byte[] bytes = fixture.shorten(1);
        int third = offsetOfRecord(bytes, 1, 3);
        int length = endOfRecords(bytes, 1) - third;
        Files.delete(fixture.segment(1));
        fixture.write(Durability.SYNC, 1, 2);
        // as if the file system had brought back what a removed file held
        byte[] stale = fixture.shorten(1);
        System.arraycopy(bytes, third, stale, third + 100, length);
        Files.write(fixture.segment(1), stale);
        assertThat(fixture.read(0)).containsExactly(1L, 2L);
    }

    @Test
    void aWholeRecordAfterAHoleIsPartOfTheTornTailAndGoneAfterwards() throws IOException {
        try (Journal journal = fixture.open(Durability.SYNC, 0)) {
            JournalFixture.write(journal, 1, 2);
        }
        int end = endOfRecords(Files.readAllBytes(fixture.segment(1)), 1);
        Files.delete(fixture.segment(1));
        try (Journal journal = fixture.open(Durability.parse("batched:1h"), 0)) {
            JournalFixture.write(journal, 1, 2);
            journal.sync(2);
            for (long sequence = 3; sequence <= 5; sequence++) {
                append(journal, sequence);
            }
        }
        byte[] bytes = Files.readAllBytes(fixture.segment(1));
        Arrays.fill(bytes, end, offsetOfRecord(bytes, 1, 4), (byte) 0);
        Files.write(fixture.segment(1), bytes);
        assertThat(fixture.read(0)).containsExactly(1L, 2L);
        try (Journal journal = fixture.resume(0)) {
            append(journal, 3, "another");
            journal.await(3);
        }
        byte[] settled = Files.readAllBytes(fixture.segment(1));
        assertThat(settled).isEqualTo(Arrays.copyOf(Arrays.copyOf(bytes, end), bytes.length));
        JournalReader.End after = fixture.reader().read(0, JournalFixture.tables(), commit -> {
            if (commit.sequence() == 3) {
                assertThat(commit).isEqualTo(JournalFixture.commit(3, "another"));
            }
        });
        assertThat(after.lastSequence()).isEqualTo(3);
        assertThat(after.torn()).isNull();
    }

    @Test
    void aMissingOrShortenedSegmentIsNoticed() throws IOException {
        fixture.write(Durability.SYNC, 1, 2);
        for (long last : new long[] {2, 4}) {
            try (Journal journal = fixture.resume(0)) {
                JournalFixture.write(journal, last + 1, last + 2);
            }
        }
        assertThat(fixture.read(0)).hasSize(6);
        fixture.shorten(1);
        byte[] bytes = fixture.shorten(2);
        Files.delete(fixture.segment(2));
        assertCorrupt(0);
        // trimmed, and the one before was not, when the power went
        assertThat(fixture.read(4)).containsExactly(5L, 6L);
        for (int length = JournalFormat.HEADER_BYTES; length < endOfRecords(bytes, 2) + 10; length++) {
            Files.write(fixture.segment(2), Arrays.copyOf(bytes, length));
            assertCorrupt(0);
        }
        Files.write(fixture.segment(2), bytes);
        assertThat(fixture.read(0)).hasSize(6);
        Files.delete(fixture.segment(1));
        assertThat(fixture.read(2)).containsExactly(3L, 4L, 5L, 6L);
        assertCorrupt(0);
        assertCorrupt(1);
    }

    @Test
    void aDamagedRecordFollowedByAnotherSegmentIsCorruption() throws IOException {
        fixture.write(Durability.SYNC, 1, 2);
        try (Journal journal = fixture.resume(0)) {
            JournalFixture.write(journal, 3, 3);
        }
        fixture.shorten(2);
        byte[] bytes = fixture.shorten(1);
        for (int bit = offsetOfRecord(bytes, 1, 2) * 8; bit < (endOfRecords(bytes, 1) + 10) * 8; bit++) {
            Files.write(fixture.segment(1), flip(bytes, bit));
            assertCorrupt(0);
        }
    }

    @Test
    void segmentsWithoutRecordsAreOfNoAccount() throws IOException {
        fixture.write(Durability.SYNC, 1, 2);
        byte[] empty = Arrays.copyOf(JournalFormat.header(7).array(), 4096);
        Files.write(fixture.segment(7), empty);
        assertThat(fixture.read(0)).containsExactly(1L, 2L);
        try (Journal journal = fixture.resume(0)) {
            JournalFixture.write(journal, 3, 3);
        }
        assertThat(fixture.reader().segments().keySet()).containsExactly(1L, 2L);
        assertThat(fixture.read(0)).containsExactly(1L, 2L, 3L);
    }

    @Test
    void aLaterFormatIsRefused() throws IOException {
        fixture.write(Durability.SYNC, 1, 1);
        byte[] bytes = Files.readAllBytes(fixture.segment(1));
        ByteBuffer.wrap(bytes).putInt(8, JournalFormat.VERSION + 1);
        Files.write(fixture.segment(1), bytes);
        assertThatThrownBy(() -> fixture.read(0))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("later version");
    }

    @Test
    void readingWhileCommitsAreAppendedSeesNoDamage() {
        String text = "x".repeat(500);
        try (Journal journal = fixture.open(Durability.NONE, 0)) {
            CompletableFuture<Void> appending = CompletableFuture.runAsync(() -> {
                for (long sequence = 1; sequence <= 20_000; sequence++) {
                    append(journal, sequence, text);
                }
            });
            int before = 0;
            while (!appending.isDone()) {
                List<Long> read = fixture.read(0, text);
                assertThat(read).hasSizeGreaterThanOrEqualTo(before);
                before = read.size();
            }
            appending.join();
        }
        assertThat(fixture.read(0, text)).hasSize(20_000);
    }

    private void assertCorrupt(long checkpoint) {
        assertThatThrownBy(() -> fixture.reader().read(checkpoint, JournalFixture.tables(), commit -> {}))
                .isInstanceOf(CorruptionException.class)
                .isInstanceOf(StorageException.class);
    }

    private static int endOfRecords(byte[] segment, long number) {
        return JournalFixture.endOfRecords(ByteBuffer.wrap(segment), number);
    }

    private static byte[] flip(byte[] bytes, int bit) {
        byte[] damaged = bytes.clone();
        damaged[bit / 8] ^= (byte) (1 << bit % 8);
        return damaged;
    }

    private static int offsetOfRecordAround(byte[] segment, int position) {
        int offset = JournalFormat.HEADER_BYTES;
        while (true) {
            int next = JournalFormat.frame(ByteBuffer.wrap(segment), 1, offset).end();
            if (next > position) {
                return offset;
            }
            offset = next;
        }
    }
}
