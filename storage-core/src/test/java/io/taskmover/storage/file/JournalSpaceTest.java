package io.taskmover.storage.file;

import static io.taskmover.storage.file.JournalFixture.append;
import static io.taskmover.storage.file.StoreFixture.NOTES;
import static io.taskmover.storage.file.StoreFixture.note;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.StorageIoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class JournalSpaceTest {
    private static final String TEXT = "x".repeat(1_000);

    @TempDir
    Path root;

    @Test
    void aFullDiskRefusesCommitsThatDidNotHappenAndTakesThemAgainOnceThereIsSpace() {
        FullDisk disk = new FullDisk(200_000);
        JournalFixture fixture = new JournalFixture(root, disk);
        try (Journal journal = fixture.open(Durability.SYNC, 0)) {
            long taken = appendUntilRefused(journal, 0);
            // 64 KiB and, since there is no room for 256 KiB, twice as much again
            assertThat(taken).isBetween(180L, 200L);
            assertThat(disk.room.get()).isLessThan(JournalSpace.FIRST_BYTES);
            long room = disk.room.get();
            for (int i = 0; i < 5; i++) {
                assertThatThrownBy(() -> append(journal, taken + 1, TEXT)).isInstanceOf(StorageIoException.class);
            }
            assertThat(disk.room).as("what was partly written is cut back").hasValue(room);
            // what was taken is safe, and reads of the journal go on
            assertThat(fixture.read(0, TEXT)).hasSize((int) taken);
            disk.room.addAndGet(1 << 20);
            append(journal, taken + 1, TEXT);
            journal.await(taken + 1);
            assertThat(fixture.read(0, TEXT)).hasSize((int) taken + 1);
        }
    }

    @Test
    void aRefusedCommitDoesNotComeBackWhenTheStoreIsOpened() throws IOException {
        FullDisk disk = new FullDisk(100_000);
        JournalFixture fixture = new JournalFixture(root, disk);
        long taken;
        try (Journal journal = fixture.open(Durability.SYNC, 0)) {
            taken = appendUntilRefused(journal, 0);
        }
        assertThat(fixture.read(0, TEXT)).hasSize((int) taken);
        // continuing needs no space, only the next commit does
        try (Journal journal = fixture.resume(0)) {
            assertThat(appendUntilRefused(journal, taken)).isEqualTo(taken);
            disk.room.set(1 << 20);
            append(journal, taken + 1, TEXT);
        }
        assertThat(fixture.read(0, TEXT)).hasSize((int) taken + 1);
    }

    @Test
    void aTransactionLargerThanASegmentReservesWhatItNeeds() throws IOException {
        String text = "y".repeat(20 << 20);
        JournalFixture fixture = new JournalFixture(root, new CountingDisk());
        try (Journal journal = fixture.open(Durability.SYNC, 0)) {
            append(journal, 1, text);
            append(journal, 2, text);
            journal.await(2);
        }
        assertThat(fixture.read(0, text)).containsExactly(1L, 2L);
        long bytes = 0;
        for (Path segment : fixture.reader().segments().values()) {
            bytes += Files.size(segment);
        }
        assertThat(bytes).isLessThan(2L * text.length() + 2L * JournalSpace.SEGMENT_BYTES);
    }

    @Test
    void aStoreOfFewRowsOwnsLittleAndAfterACleanCloseNoJournal() throws IOException {
        try (FileSystemBackend store = StoreFixture.open(root)) {
            store.createTable(NOTES);
            for (int i = 0; i < 10; i++) {
                store.write("notes", WriteMode.INSERT, List.of(note("n" + i, i)));
            }
            List<Path> segments = segments();
            assertThat(segments).hasSize(1);
            assertThat(Files.size(segments.get(0))).isEqualTo(JournalSpace.FIRST_BYTES);
        }
        assertThat(segments()).isEmpty();
    }

    @Test
    void anOpenStoreThatNobodyWritesToHasNoJournal() {
        FileSystemBackend store = StoreFixture.open(root);
        assertThat(segments()).isEmpty();
        store.close();
    }

    @Test
    void theNextSegmentIsReservedInTheBackgroundBeforeItIsNeeded() throws Exception {
        CountDownLatch second = new CountDownLatch(1);
        CountDownLatch go = new CountDownLatch(1);
        CountingDisk disk = new CountingDisk();
        JournalFixture fixture = new JournalFixture(root, disk);
        try (Journal journal = fixture.open(Durability.SYNC, 0)) {
            append(journal, 1, TEXT);
            disk.hook = (operation, path) -> {
                if (operation.equals("create")) {
                    second.countDown();
                    awaitUninterruptibly(go);
                }
            };
            long sequence = 2;
            while (second.getCount() == 1) {
                append(journal, sequence, TEXT);
                journal.await(sequence++);
            }
            // while it is being made, commits go on in what is left
            assertThat(sequence).isBetween(25L, 60L);
            append(journal, sequence, TEXT);
            journal.await(sequence++);
            go.countDown();
            for (; sequence <= 200; sequence++) {
                append(journal, sequence, TEXT);
            }
            journal.await(200);
        }
        assertThat(fixture.read(0, TEXT)).hasSize(200);
    }

    @Test
    void aFailedForceOfReservedSpacePoisons() {
        CountingDisk disk = new CountingDisk();
        disk.hook = (operation, path) -> {
            if (operation.equals("force") && path.endsWith(JournalFiles.TEMPORARY)) {
                throw new IOException("Input/output error");
            }
        };
        JournalFixture fixture = new JournalFixture(root, disk);
        try (Journal journal = fixture.open(Durability.SYNC, 0)) {
            assertThatThrownBy(() -> append(journal, 1)).isInstanceOf(StorageIoException.class);
            disk.hook = (operation, path) -> {};
            assertThatThrownBy(() -> append(journal, 1))
                    .isInstanceOf(StorageIoException.class)
                    .hasMessageContaining("opened again");
        }
        assertThat(segments()).isEmpty();
    }

    @Test
    void whatElseFailsWhileReservingRefusesThatCommitOnly() {
        CountingDisk disk = new CountingDisk();
        disk.hook = (operation, path) -> {
            if (operation.equals("create")) {
                throw new IOException("Too many open files");
            }
        };
        JournalFixture fixture = new JournalFixture(root, disk);
        try (Journal journal = fixture.open(Durability.SYNC, 0)) {
            assertThatThrownBy(() -> append(journal, 1))
                    .isInstanceOfSatisfying(
                            StorageIoException.class,
                            e -> assertThat(e.diskFull()).isFalse())
                    .hasMessageContaining("Too many open files")
                    .hasMessageContaining("did not happen");
            disk.hook = (operation, path) -> {};
            JournalFixture.write(journal, 1, 1);
        }
        assertThat(fixture.read(0)).containsExactly(1L);
    }

    @Test
    void anInterruptedCommitterStillCommitsAndStaysInterrupted() {
        JournalFixture fixture = new JournalFixture(root, new CountingDisk());
        try (Journal journal = fixture.open(Durability.SYNC, 0)) {
            Thread.currentThread().interrupt();
            JournalFixture.write(journal, 1, 3);
            assertThat(Thread.interrupted()).isTrue();
        }
        assertThat(fixture.read(0)).hasSize(3);
    }

    @Test
    void theStoreGoesOnReadingWhileTheDiskIsFullAndWritingAfterwards() {
        FullDisk disk = new FullDisk(1 << 20);
        try (FileSystemBackend store = StoreFixture.open(disk, Materialiser.MAX_BACKLOG_BYTES, root)) {
            store.createTable(NOTES);
            store.write("notes", WriteMode.INSERT, List.of(note("first", 1)));
            store.drain();
            disk.room.set(0);
            int refused = -1;
            for (int i = 0; refused < 0; i++) {
                try {
                    store.write("notes", WriteMode.UPSERT, List.of(note("n" + i, i)));
                } catch (StorageIoException e) {
                    assertThat(e.diskFull()).isTrue();
                    assertThat(e.retryable()).isTrue();
                    assertThat(e).hasMessageContaining("free space");
                    refused = i;
                }
            }
            assertThat(store.find("notes", "first")).contains(note("first", 1));
            assertThat(store.find("notes", "n" + (refused - 1))).isPresent();
            assertThat(store.find("notes", "n" + refused)).isEmpty();
            disk.room.set(64 << 20);
            store.write("notes", WriteMode.UPSERT, List.of(note("after", 1)));
            assertThat(store.find("notes", "after")).isPresent();
        }
        try (FileSystemBackend again = StoreFixture.open(root)) {
            assertThat(again.find("notes", "after")).isPresent();
            assertThat(again.verify().problems()).isEmpty();
        }
    }

    private List<Path> segments() {
        return List.copyOf(
                new JournalReader(new StorePaths(root).journal()).segments().values());
    }

    /** The last sequence that was taken. */
    private static long appendUntilRefused(Journal journal, long last) {
        for (long sequence = last + 1; ; sequence++) {
            try {
                append(journal, sequence, TEXT);
                journal.await(sequence);
            } catch (StorageIoException e) {
                assertThat(e.diskFull()).isTrue();
                assertThat(e.retryable()).isTrue();
                assertThat(e).hasMessageContaining("did not happen");
                return sequence - 1;
            }
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
