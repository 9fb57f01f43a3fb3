package io.taskmover.storage.fileops;

import static io.taskmover.storage.fileops.FolderFixture.GLOBAL;
import static io.taskmover.storage.fileops.FolderFixture.journal;
import static io.taskmover.storage.fileops.FolderFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.error.LockedException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.StorageTimeoutException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.transaction.Branch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What is prepared waits for its decision, also while people go on working with the files. */
@Timeout(60)
class FileOperationsRecoveryTest {
    @TempDir
    Path root;

    private FileOperations files;
    private Map<String, String> before;
    private Map<String, String> after;

    /** Leaves a transaction prepared behind. */
    @BeforeEach
    void prepare() throws IOException {
        FolderFixture.fill(root);
        before = tree(root);
        files = open();
        Branch branch = files.beginBranch(TransactionOptions.DEFAULT, false);
        files.move(path("a.txt"), path("docs/a.txt"));
        files.copy(path("b.txt"), path("docs/c.txt"), OnExisting.REPLACE);
        files.move(path("docs/inner"), path("usb/inner"));
        files.makeDirectory(path("new"));
        branch.prepare(GLOBAL);
        assertThat(files.inDoubt()).isEmpty();
        files.close();
        files = open();
        after = new TreeMap<>(Map.of(
                "b.txt",
                "B",
                "docs",
                "/",
                "docs/a.txt",
                "A",
                "docs/c.txt",
                "B",
                "new",
                "/",
                "usb",
                "/",
                "usb/inner",
                "/",
                "usb/inner/d.txt",
                "D"));
    }

    @AfterEach
    void close() {
        files.close();
    }

    /** Who opened it meanwhile would decide, and the other way. */
    @Test
    void theFolderIsNotLetGoWhileSomebodyIsAboutToDecide(@TempDir Path other) throws Exception {
        FolderFixture.fill(other);
        FileOperations held = FileOperations.open(other, new Volume(), Clock.systemUTC(), Duration.ofMillis(50));
        CountDownLatch prepared = new CountDownLatch(1);
        CountDownLatch decide = new CountDownLatch(1);
        Thread decider = new Thread(() -> {
            Branch branch = held.beginBranch(TransactionOptions.DEFAULT, false);
            held.move(Path.of("a.txt"), Path.of("docs/a.txt"));
            branch.prepare(GLOBAL);
            prepared.countDown();
            try {
                decide.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            branch.commit();
        });
        decider.start();
        prepared.await();
        assertThatThrownBy(held::close)
                .isInstanceOf(StorageTimeoutException.class)
                .hasMessageContaining("not decided");
        assertThatThrownBy(() -> FileOperations.open(other)).isInstanceOf(LockedException.class);
        decide.countDown();
        decider.join();
        held.close();
        assertThat(other.resolve("docs/a.txt")).exists();
        FileOperations.open(other).close();
    }

    private FileOperations open() {
        return FolderFixture.open(root, new FolderFixture.TwoStores(root));
    }

    private static Path path(String path) {
        return Path.of(path);
    }

    @Test
    void whatIsPreparedIsInDoubtWithAllItsNames() {
        assertThat(files.inDoubt()).containsExactly(GLOBAL);
        assertThat(files.address()).isEqualTo("files:" + root);
        assertThat(files.canPrepare()).isTrue();
        assertThatThrownBy(() -> files.resolve("tx-8", true)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> files.transaction(() -> files.trash(path("docs/a.txt"))))
                .isInstanceOf(ConflictException.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void itEndsAsItsDeciderDecided(boolean commit) throws IOException {
        files.resolve("tx-7", commit);
        assertThat(tree(root)).isEqualTo(commit ? after : before);
        assertThat(files.inDoubt()).isEmpty();
        assertThat(journal(root)).isEmpty();
        assertThatThrownBy(() -> files.resolve("tx-7", commit)).isInstanceOf(IllegalArgumentException.class);
        files.transaction(() -> files.trash(path("docs")));
    }

    @Test
    void whatSomebodyWroteIntoAMovedFileComesBackWithIt() throws IOException {
        Files.writeString(root.resolve("docs/a.txt"), "edited");
        files.resolve("tx-7", false);
        before.put("a.txt", "edited");
        assertThat(tree(root)).isEqualTo(before);
    }

    @Test
    void whatSomebodyPutInPlaceOfACopyStaysAndTheRestIsUndoneLater() throws IOException {
        Files.writeString(root.resolve("docs/c.txt"), "edited");
        assertThatThrownBy(() -> files.resolve("tx-7", false))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(root.resolve("docs/c.txt").toString());
        assertThat(tree(root)).containsEntry("docs/c.txt", "edited");
        assertThat(files.inDoubt()).containsExactly(GLOBAL);
        files.close();
        files = open();
        assertThat(files.inDoubt()).containsExactly(GLOBAL);
        assertThatThrownBy(() -> files.resolve("tx-7", true)).isInstanceOf(IllegalStateException.class);
        Files.move(root.resolve("docs/c.txt"), root.resolve("mine.txt"));
        files.resolve("tx-7", false);
        before.put("mine.txt", "edited");
        assertThat(tree(root)).isEqualTo(before);
        assertThat(journal(root)).isEmpty();
    }

    @Test
    void whatSomebodyPutWhereAFileCameFromStays() throws IOException {
        Files.writeString(root.resolve("a.txt"), "somebody's");
        assertThatThrownBy(() -> files.resolve("tx-7", false))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining(root.resolve("a.txt").toString());
        assertThat(tree(root)).containsEntry("a.txt", "somebody's").containsEntry("docs/a.txt", "A");
        Files.delete(root.resolve("a.txt"));
        files.resolve("tx-7", false);
        assertThat(tree(root)).isEqualTo(before);
    }

    @Test
    void aMovedFileThatIsGoneKeepsTheTransactionInDoubt() throws IOException {
        Files.move(root.resolve("docs/a.txt"), root.resolve("elsewhere.txt"));
        assertThatThrownBy(() -> files.resolve("tx-7", false))
                .isInstanceOf(StorageException.class)
                .hasMessageContaining("neither at");
        Files.move(root.resolve("elsewhere.txt"), root.resolve("a.txt"));
        files.resolve("tx-7", false);
        assertThat(tree(root)).isEqualTo(before);
    }

    @Test
    void whatSomebodyPutIntoAMadeDirectoryStays() throws IOException {
        Files.writeString(root.resolve("new/mine.txt"), "mine");
        files.resolve("tx-7", false);
        before.put("new", "/");
        before.put("new/mine.txt", "mine");
        assertThat(tree(root)).isEqualTo(before);
    }

    @Test
    void aSourceThatSomebodyWroteIntoAfterItWasCopiedStays() throws IOException {
        Path aside;
        try (var found = Files.walk(root.resolve("docs"))) {
            aside = found.filter(path -> path.endsWith("d.txt")).findFirst().orElseThrow();
        }
        Files.writeString(aside, "written by who had it open");
        files.resolve("tx-7", true);
        assertThat(aside).hasContent("written by who had it open");
        assertThat(tree(root)).containsEntry("usb/inner/d.txt", "D");
    }

    @Test
    void aDamagedJournalIsRefusedAndNothingTouched() throws IOException {
        Path file = journalFile();
        String text = Files.readString(file);
        files.close();
        for (int i = 0; i < text.length(); i += 7) {
            byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
            bytes[i] ^= 1;
            Files.write(file, bytes);
            assertThatThrownBy(this::open)
                    .isInstanceOf(CorruptionException.class)
                    .hasMessageContaining(file.toString());
        }
        Files.writeString(file, text.substring(0, text.length() / 2));
        assertThatThrownBy(this::open).isInstanceOf(CorruptionException.class);
        Files.writeString(file, "");
        assertThatThrownBy(this::open).isInstanceOf(CorruptionException.class);
        assertThat(tree(root)).containsAllEntriesOf(after);
        Files.writeString(file, text);
        files = open();
        files.resolve("tx-7", false);
        assertThat(tree(root)).isEqualTo(before);
    }

    @Test
    void aJournalOfALaterVersionIsRefused() throws IOException {
        Path file = journalFile();
        String text = Files.readString(file);
        files.close();
        String lines = text.substring(0, text.lastIndexOf('\n', text.length() - 2) + 1)
                .replace("\"format\":1", "\"format\":2");
        CRC32C crc = new CRC32C();
        crc.update(lines.getBytes(StandardCharsets.UTF_8));
        Files.writeString(file, lines + String.format("{\"crc32c\":\"%08x\"}%n", crc.getValue()));
        assertThatThrownBy(this::open).isInstanceOf(UnsupportedException.class).hasMessageContaining("later version");
        assertThat(tree(root)).containsAllEntriesOf(after);
        Files.writeString(file, text);
        files = open();
    }

    private Path journalFile() throws IOException {
        return root.resolve(RootFolder.STATE)
                .resolve("journal")
                .resolve(journal(root).findFirst().orElseThrow());
    }
}
