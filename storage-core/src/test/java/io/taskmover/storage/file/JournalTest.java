package io.taskmover.storage.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.engine.CommitRecord;
import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.StorageIoException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalTest {
    private static final TableSchema TABLE = TableSchema.builder("t")
            .column("id", DataType.INTEGER)
            .column("text", DataType.TEXT)
            .primaryKey("id")
            .build();

    private final CountingDisk disk = new CountingDisk();

    @TempDir
    Path root;

    private StorePaths paths;

    @BeforeEach
    void prepare() throws IOException {
        paths = new StorePaths(root);
        disk.createDirectories(paths.temporary());
    }

    @Test
    void whatWasAwaitedIsReadBack() {
        write(Durability.SYNC, 1, 5);
        assertThat(read(0)).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(read(3)).containsExactly(4L, 5L);
    }

    @Test
    void everyDurabilityKeepsWhatWasClosedProperly() {
        write(Durability.parse("batched:1h"), 1, 3);
        write(Durability.NONE, 4, 6);
        assertThat(read(0)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    }

    @Test
    void aTailThatWasCutOffAnywhereIsDropped() throws IOException {
        write(Durability.SYNC, 1, 2);
        Path segment = segment();
        int whole = (int) Files.size(segment);
        Files.delete(segment);
        write(Durability.SYNC, 1, 3);
        byte[] bytes = Files.readAllBytes(segment());
        for (int length = whole; length < bytes.length; length++) {
            Files.write(segment(), Arrays.copyOf(bytes, length));
            assertThat(read(0)).as("cut at %d", length).containsExactly(1L, 2L);
            // the file system may have made room before the content arrived
            Files.write(segment(), Arrays.copyOf(Arrays.copyOf(bytes, length), bytes.length));
            List<Long> zeros = read(0);
            assertThat(zeros).as("zeros from %d", length).startsWith(1L, 2L).hasSizeLessThanOrEqualTo(3);
            if (zeros.size() == 3) {
                assertThat(Files.readAllBytes(segment())).isEqualTo(bytes);
            }
        }
    }

    @Test
    void aFlippedBitInADurableRecordIsCorruptionWithFileAndOffset() throws IOException {
        write(Durability.SYNC, 1, 4);
        byte[] bytes = Files.readAllBytes(segment());
        int lastRecord = offsetOfRecord(bytes, 4);
        for (int bit = 0; bit < lastRecord * 8; bit++) {
            byte[] damaged = bytes.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(segment(), damaged);
            int offset = bit / 8;
            assertThatThrownBy(() -> read(0))
                    .as("bit %d", bit)
                    .isInstanceOfAny(CorruptionException.class, UnsupportedException.class)
                    .hasMessageContaining(segment().toString());
            if (offset >= JournalFormat.HEADER_BYTES) {
                assertThatThrownBy(() -> read(0)).hasMessageContaining("offset " + offsetOfRecordAround(bytes, offset));
            }
        }
    }

    @Test
    void aFlippedBitInTheLastRecordNeverGivesAWrongValue() throws IOException {
        write(Durability.SYNC, 1, 4);
        byte[] bytes = Files.readAllBytes(segment());
        for (int bit = offsetOfRecord(bytes, 4) * 8; bit < bytes.length * 8; bit++) {
            byte[] damaged = bytes.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(segment(), damaged);
            assertThat(read(0)).as("bit %d", bit).containsExactly(1L, 2L, 3L);
        }
    }

    @Test
    void recordsInTheWrongOrderAreCorruption() throws IOException {
        write(Durability.SYNC, 1, 3);
        byte[] bytes = Files.readAllBytes(segment());
        int second = offsetOfRecord(bytes, 2);
        int third = offsetOfRecord(bytes, 3);
        assertThat(bytes.length - third).isEqualTo(third - second);
        byte[] swapped = bytes.clone();
        System.arraycopy(bytes, second, swapped, third, third - second);
        System.arraycopy(bytes, third, swapped, second, third - second);
        Files.write(segment(), swapped);
        assertThatThrownBy(() -> read(0)).isInstanceOf(CorruptionException.class);
    }

    @Test
    void aMissingOrLaterSegmentIsNoticed() throws IOException {
        write(Durability.SYNC, 1, 2);
        write(Durability.SYNC, 3, 4);
        write(Durability.SYNC, 5, 6);
        Path second = paths.journal().resolve(JournalFormat.fileName(3));
        byte[] bytes = Files.readAllBytes(second);
        Files.delete(second);
        assertThatThrownBy(() -> read(0)).isInstanceOf(CorruptionException.class);
        Files.write(second, Arrays.copyOf(bytes, bytes.length - 1));
        assertThatThrownBy(() -> read(0)).isInstanceOf(CorruptionException.class);
        Files.delete(paths.journal().resolve(JournalFormat.fileName(1)));
        Files.write(second, bytes);
        assertThat(read(2)).containsExactly(3L, 4L, 5L, 6L);
        assertThatThrownBy(() -> read(0)).isInstanceOf(CorruptionException.class);
    }

    @Test
    void aLaterFormatIsRefused() throws IOException {
        write(Durability.SYNC, 1, 1);
        byte[] bytes = Files.readAllBytes(segment());
        ByteBuffer.wrap(bytes).putInt(8, JournalFormat.VERSION + 1);
        Files.write(segment(), bytes);
        assertThatThrownBy(() -> read(0))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("later version");
    }

    @Test
    void commitsThatWaitTogetherShareAForce() throws Exception {
        CountDownLatch first = new CountDownLatch(1);
        CountDownLatch others = new CountDownLatch(1);
        disk.hook = (operation, path) -> {
            if (operation.equals("force") && path.toString().endsWith(".journal")) {
                first.countDown();
                awaitUninterruptibly(others);
            }
        };
        try (Journal journal = new Journal(disk, paths, Durability.SYNC, 0)) {
            journal.append(commit(1));
            first.await();
            // one force is under way: whatever comes now waits for the next, all of it
            for (long sequence = 2; sequence <= 50; sequence++) {
                journal.append(commit(sequence));
            }
            others.countDown();
            journal.await(50);
            assertThat(disk.journalForces).hasValue(2);
        }
        assertThat(read(0)).hasSize(50);
    }

    @Test
    void afterAFailedForceNothingIsAcknowledged() {
        disk.hook = (operation, path) -> {
            if (operation.equals("force") && path.toString().endsWith(".journal")) {
                throw new IOException("Input/output error");
            }
        };
        Journal journal = new Journal(disk, paths, Durability.SYNC, 0);
        journal.append(commit(1));
        assertThatThrownBy(() -> journal.await(1))
                .isInstanceOf(StorageIoException.class)
                .hasMessageContaining("opened again");
        disk.hook = (operation, path) -> {};
        assertThatThrownBy(() -> journal.append(commit(2))).isInstanceOf(StorageIoException.class);
        assertThatThrownBy(() -> journal.sync(1)).isInstanceOf(StorageIoException.class);
        journal.close();
    }

    @Test
    void segmentsFollowEachOtherAndAreTrimmedWhole() throws IOException {
        String text = "x".repeat(1 << 20);
        try (Journal journal = new Journal(disk, paths, Durability.NONE, 0)) {
            for (long sequence = 1; sequence <= 30; sequence++) {
                journal.append(commit(sequence, text));
                journal.await(sequence);
            }
            List<Long> firsts = new ArrayList<>(
                    new JournalReader(paths.journal()).segments().keySet());
            assertThat(firsts).hasSizeGreaterThan(2);
            assertThat(read(0)).hasSize(30);
            journal.trim(firsts.get(1) - 2);
            assertThat(new JournalReader(paths.journal()).segments().keySet()).containsExactlyElementsOf(firsts);
            journal.trim(firsts.get(1) - 1);
            assertThat(new JournalReader(paths.journal()).segments().keySet())
                    .containsExactlyElementsOf(firsts.subList(1, firsts.size()));
            journal.trim(30);
            assertThat(new JournalReader(paths.journal()).segments()).hasSize(1);
        }
    }

    @Test
    void aCommitThatCannotBeEncodedLeavesNoTrace() {
        try (Journal journal = new Journal(disk, paths, Durability.SYNC, 0)) {
            Row wrong = Row.of(TABLE.rowType(), 1L, new StringBuilder("no value"));
            CommitRecord bad = new CommitRecord(1, List.of(), List.of(new RowChange("t", 1L, null, wrong)));
            assertThatThrownBy(() -> journal.append(bad)).isInstanceOf(IllegalArgumentException.class);
            journal.append(commit(1));
            journal.await(1);
        }
        assertThat(read(0)).containsExactly(1L);
    }

    @Test
    void aClosedJournalTakesNothing() {
        Journal journal = new Journal(disk, paths, Durability.SYNC, 0);
        journal.close();
        assertThatThrownBy(() -> journal.append(commit(1))).isInstanceOf(IllegalStateException.class);
    }

    private void write(Durability durability, long from, long to) {
        try (Journal journal = new Journal(disk, paths, durability, from - 1)) {
            for (long sequence = from; sequence <= to; sequence++) {
                journal.append(commit(sequence));
                journal.await(sequence);
            }
        } catch (StorageException e) {
            throw new AssertionError(e);
        }
    }

    private static CommitRecord commit(long sequence) {
        return commit(sequence, "text");
    }

    private static CommitRecord commit(long sequence, String text) {
        return new CommitRecord(
                sequence,
                List.of(),
                List.of(new RowChange("t", sequence, null, Row.of(TABLE.rowType(), sequence, text))));
    }

    /** The ids of the rows read, each checked to be that of its commit. */
    private List<Long> read(long checkpoint) {
        List<Long> ids = new ArrayList<>();
        Map<String, TableSchema> tables = new HashMap<>(Map.of("t", TABLE));
        JournalReader.End end = new JournalReader(paths.journal()).read(checkpoint, (sequence, payload) -> {
            CommitRecord commit = RowCodec.read(new ByteSource(payload), sequence, tables);
            assertThat(commit.rows().get(0).id()).isEqualTo(sequence);
            ids.add(sequence);
        });
        assertThat(end.lastSequence()).isEqualTo(ids.isEmpty() ? checkpoint : ids.get(ids.size() - 1));
        return ids;
    }

    private Path segment() {
        return paths.journal().resolve(JournalFormat.fileName(1));
    }

    private static int offsetOfRecord(byte[] segment, long sequence) {
        ByteBuffer bytes = ByteBuffer.wrap(segment);
        int offset = JournalFormat.HEADER_BYTES;
        while (bytes.getLong(offset + 8) != sequence) {
            offset += JournalFormat.RECORD_HEADER_BYTES + bytes.getInt(offset + 4);
        }
        return offset;
    }

    private static int offsetOfRecordAround(byte[] segment, int position) {
        ByteBuffer bytes = ByteBuffer.wrap(segment);
        int offset = JournalFormat.HEADER_BYTES;
        while (true) {
            int next = offset + JournalFormat.RECORD_HEADER_BYTES + bytes.getInt(offset + 4);
            if (next > position) {
                return offset;
            }
            offset = next;
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
