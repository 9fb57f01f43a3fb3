package io.taskmover.storage.file;

import static io.taskmover.storage.file.JournalFixture.TABLE;
import static io.taskmover.storage.file.JournalFixture.append;
import static io.taskmover.storage.file.JournalFixture.commit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.engine.CommitRecord;
import io.taskmover.storage.error.StorageIoException;
import io.taskmover.storage.schema.Row;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class JournalTest {
    private final CountingDisk disk = new CountingDisk();

    @TempDir
    Path root;

    private JournalFixture fixture;

    @BeforeEach
    void prepare() {
        fixture = new JournalFixture(root, disk);
    }

    @Test
    void whatWasAwaitedIsReadBack() {
        fixture.write(Durability.SYNC, 1, 5);
        assertThat(fixture.read(0)).containsExactly(1L, 2L, 3L, 4L, 5L);
        assertThat(fixture.read(3)).containsExactly(4L, 5L);
    }

    @Test
    void everyDurabilityKeepsWhatWasClosedProperly() throws IOException {
        fixture.write(Durability.parse("batched:1h"), 1, 3);
        JournalReader.End end = fixture.reader().read(0, JournalFixture.tables(), c -> {});
        try (Journal journal = Journal.resume(disk, fixture.paths, Durability.NONE, end, JournalSpace.FIRST_BYTES)) {
            JournalFixture.write(journal, 4, 6);
        }
        assertThat(fixture.read(0)).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
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
        try (Journal journal = fixture.open(Durability.SYNC, 0)) {
            append(journal, 1);
            first.await();
            // one force is under way: whatever comes now waits for the next, all of it
            for (long sequence = 2; sequence <= 50; sequence++) {
                append(journal, sequence);
            }
            others.countDown();
            journal.await(50);
            assertThat(disk.journalForces).hasValue(2);
        }
        assertThat(fixture.read(0)).hasSize(50);
    }

    @Test
    void threadsThatCommitOneAfterTheOtherShareForcesAllOfThem() throws Exception {
        int threads = 8;
        int commits = 20;
        disk.hook = (operation, path) -> {
            if (operation.equals("force") && path.toString().endsWith(".journal")) {
                LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(20)); // a slow disk
            }
        };
        try (Journal journal = fixture.open(Durability.SYNC, 0)) {
            AtomicLong sequence = new AtomicLong();
            List<CompletableFuture<Void>> writers = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                writers.add(CompletableFuture.runAsync(
                        () -> {
                            for (int commit = 0; commit < commits; commit++) {
                                long mine;
                                synchronized (sequence) {
                                    mine = sequence.incrementAndGet();
                                    append(journal, mine);
                                }
                                journal.await(mine);
                            }
                        },
                        task -> new Thread(task).start()));
            }
            writers.forEach(CompletableFuture::join);
        }
        assertThat(fixture.read(0)).hasSize(threads * commits);
        // half of them in turn with the other half would need twice as many as there are commits of one
        assertThat(disk.journalForces.get()).isLessThan(commits * 3 / 2);
    }

    @Test
    void inReservedSpaceACommitCostsOneWriteAndOneForceAndNothingElse() {
        try (Journal journal = fixture.open(Durability.SYNC, 0)) {
            JournalFixture.write(journal, 1, 1);
            disk.operations.clear();
            JournalFixture.write(journal, 2, 10);
            String force = "force " + fixture.segment(1).getFileName();
            assertThat(disk.operations).hasSize(9).containsOnly(force);
        }
    }

    @Test
    void afterAFailedForceNothingIsAcknowledged() {
        disk.hook = (operation, path) -> {
            if (operation.equals("force") && path.toString().endsWith(".journal")) {
                throw new IOException("Input/output error");
            }
        };
        Journal journal = fixture.open(Durability.SYNC, 0);
        append(journal, 1);
        assertThatThrownBy(() -> journal.await(1))
                .isInstanceOf(StorageIoException.class)
                .hasMessageContaining("opened again");
        disk.hook = (operation, path) -> {};
        assertThatThrownBy(() -> append(journal, 2)).isInstanceOf(StorageIoException.class);
        assertThatThrownBy(() -> journal.sync(1)).isInstanceOf(StorageIoException.class);
        journal.close();
    }

    /** Later forces succeed without what the failed one was to write: the system has let go of it. */
    @Test
    void aForceThatFailedOnceIsNotTriedAgain() {
        AtomicInteger forces = new AtomicInteger();
        disk.hook = (operation, path) -> {
            if (operation.equals("force") && path.toString().endsWith(".journal") && forces.getAndIncrement() == 0) {
                throw new IOException("Input/output error");
            }
        };
        Journal journal = fixture.open(Durability.SYNC, 0);
        append(journal, 1);
        assertThatThrownBy(() -> journal.await(1)).isInstanceOf(StorageIoException.class);
        journal.close();
        assertThat(forces).hasValue(1);
    }

    @Test
    void whatIsBeingForcedWhenAnotherForceFailsIsNotAcknowledged() throws Exception {
        CountDownLatch forcing = new CountDownLatch(1);
        CountDownLatch poisoned = new CountDownLatch(1);
        disk.hook = (operation, path) -> {
            if (operation.equals("force") && path.toString().endsWith(".journal")) {
                forcing.countDown();
                awaitUninterruptibly(poisoned);
            }
        };
        Journal journal = fixture.open(Durability.SYNC, 0);
        append(journal, 1);
        forcing.await();
        journal.poison(root, new IOException("Input/output error"));
        poisoned.countDown();
        assertThatThrownBy(() -> journal.await(1)).isInstanceOf(StorageIoException.class);
        journal.close();
        assertThatThrownBy(() -> journal.await(1)).isInstanceOf(StorageIoException.class);
    }

    @Test
    void afterAFailedWriteNothingIsAcknowledgedAndWhatItLeftIsCutOff() {
        Journal journal = fixture.open(Durability.SYNC, 0);
        JournalFixture.write(journal, 1, 2);
        disk.hook = (operation, path) -> {
            if (operation.equals("write")) {
                throw new IOException("Input/output error");
            }
        };
        append(journal, 3);
        assertThatThrownBy(() -> journal.await(3))
                .isInstanceOf(StorageIoException.class)
                .hasMessageContaining("Input/output error");
        disk.hook = (operation, path) -> {};
        assertThatThrownBy(() -> append(journal, 4)).isInstanceOf(StorageIoException.class);
        journal.close();
        assertThat(fixture.read(0)).containsExactly(1L, 2L);
    }

    @Test
    void segmentsGrowFollowEachOtherAndAreTrimmedWhole() throws IOException {
        String text = "x".repeat(20 << 10);
        try (Journal journal = fixture.open(Durability.NONE, 0)) {
            for (long sequence = 1; sequence <= 1_000; sequence++) {
                append(journal, sequence, text);
                journal.await(sequence);
            }
            List<Path> segments = List.copyOf(fixture.reader().segments().values());
            assertThat(segments).hasSizeBetween(6, 10);
            assertThat(Files.size(segments.get(0))).isEqualTo(JournalSpace.FIRST_BYTES);
            assertThat(Files.size(segments.get(4))).isEqualTo(JournalSpace.SEGMENT_BYTES);
            assertThat(fixture.read(0, text)).hasSize(1_000);
            long inFirst = (JournalSpace.FIRST_BYTES - JournalFormat.HEADER_BYTES) / text.length();
            journal.trim(inFirst - 1);
            assertThat(fixture.reader().segments().values()).containsAll(segments);
            journal.trim(inFirst);
            assertThat(fixture.reader().segments().values())
                    .doesNotContain(segments.get(0))
                    .contains(segments.get(1));
            assertThat(fixture.read(inFirst, text)).hasSize(1_000 - (int) inFirst);
            journal.sync(1_000);
            journal.trim(1_000);
            // the one being filled, and perhaps the next
            assertThat(fixture.reader().segments()).hasSizeBetween(1, 2);
        }
    }

    @Test
    void aCommitThatCannotBeEncodedLeavesNoTrace() {
        try (Journal journal = fixture.open(Durability.SYNC, 0)) {
            Row wrong = Row.of(TABLE.rowType(), 1L, new StringBuilder("no value"));
            CommitRecord bad = new CommitRecord(1, List.of(), List.of(new RowChange("t", 1L, null, wrong)));
            assertThatThrownBy(() -> journal.append(bad, bytes -> {})).isInstanceOf(IllegalArgumentException.class);
            JournalFixture.write(journal, 1, 1);
        }
        assertThat(fixture.read(0)).containsExactly(1L);
    }

    @Test
    void aCommitThatTheNextInLineDoesNotTakeLeavesNoTrace() {
        String large = "x".repeat(1 << 20);
        try (Journal journal = fixture.open(Durability.SYNC, 0)) {
            for (String text : List.of("small", large)) {
                assertThatThrownBy(() -> journal.append(commit(1, text), bytes -> {
                            throw new OutOfMemoryError("no room in the queue");
                        }))
                        .isInstanceOf(OutOfMemoryError.class);
            }
            assertThat(journal.appended()).isZero();
            JournalFixture.write(journal, 1, 2);
        }
        assertThat(fixture.read(0)).containsExactly(1L, 2L);
    }

    @Test
    void largeAndSmallCommitsStandInTheirOrder() {
        String large = "x".repeat(700_000);
        try (Journal journal = fixture.open(Durability.SYNC, 0)) {
            for (long sequence = 1; sequence <= 40; sequence++) {
                append(journal, sequence, sequence % 3 == 0 ? large : "text");
            }
            journal.await(40);
        }
        JournalReader.End end = fixture.reader()
                .read(
                        0,
                        JournalFixture.tables(),
                        commit -> assertThat(commit)
                                .isEqualTo(commit(commit.sequence(), commit.sequence() % 3 == 0 ? large : "text")));
        assertThat(end.lastSequence()).isEqualTo(40);
    }

    @Test
    void aJournalIsContinuedInNewSegmentsAndTheOldOnesStayUntilTrimmed() throws IOException {
        fixture.write(Durability.SYNC, 1, 3);
        try (Journal journal = fixture.resume(0)) {
            assertThat(fixture.read(0)).hasSize(3);
            JournalFixture.write(journal, 4, 5);
            assertThat(fixture.reader().segments().keySet()).containsExactly(1L, 2L);
            assertThat(fixture.read(0)).containsExactly(1L, 2L, 3L, 4L, 5L);
            journal.trim(2);
            assertThat(fixture.reader().segments().keySet()).containsExactly(1L, 2L);
            journal.trim(3);
            assertThat(fixture.reader().segments().keySet()).containsExactly(2L);
        }
        try (Journal journal = fixture.resume(3)) {
            JournalFixture.write(journal, 6, 7);
            assertThat(fixture.read(3)).containsExactly(4L, 5L, 6L, 7L);
        }
        Journal journal = fixture.resume(7);
        journal.close();
        journal.clear();
        assertThat(paths()).isEmpty();
        assertThat(disk.operations).last().isEqualTo("forceDirectory journal");
    }

    @Test
    void whatIsContinuedIsWrittenAnewAndForcedFirst() throws IOException {
        fixture.write(Durability.SYNC, 1, 3);
        byte[] before = Files.readAllBytes(fixture.segment(1));
        disk.operations.clear();
        List<String> changes = new ArrayList<>();
        disk.hook = (operation, path) -> changes.add(operation);
        fixture.resume(0).close();
        assertThat(changes).containsExactly("open", "write", "force", "forceDirectory");
        String name = fixture.segment(1).getFileName().toString();
        assertThat(disk.operations).containsExactly("open " + name, "force " + name, "forceDirectory journal");
        assertThat(Files.readAllBytes(fixture.segment(1))).isEqualTo(before);
    }

    @Test
    void aClosedJournalTakesNothing() {
        Journal journal = fixture.open(Durability.SYNC, 0);
        journal.close();
        assertThatThrownBy(() -> append(journal, 1)).isInstanceOf(IllegalStateException.class);
        assertThat(paths()).isEmpty();
    }

    private List<Path> paths() {
        return List.copyOf(fixture.reader().segments().values());
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
