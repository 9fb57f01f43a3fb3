package io.taskmover.storage.fileops;

import static io.taskmover.storage.fileops.FolderFixture.journal;
import static io.taskmover.storage.fileops.FolderFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.LockedException;
import io.taskmover.storage.error.StorageIoException;
import io.taskmover.storage.error.StorageTimeoutException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.transaction.Branch;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What each operation does, and refuses. */
@Timeout(60)
class FileOperationsTest {
    @TempDir
    Path root;

    private FileOperations files;
    private Map<String, String> before;

    @BeforeEach
    void fill() throws IOException {
        FolderFixture.fill(root);
        before = tree(root);
        files = FolderFixture.open(root, new FolderFixture.TwoStores(root));
    }

    @AfterEach
    void nothingIsLeftUnderWay() throws IOException {
        files.close();
        assertThat(journal(root)).isEmpty();
        assertThat(tree(root).keySet()).noneMatch(name -> name.contains(RootFolder.RESERVED));
    }

    private static Path path(String path) {
        return Path.of(path);
    }

    @Test
    void whatIsAskedForHappensAtTheCommitAndNotBefore() {
        files.transaction(() -> {
            files.makeDirectory(path("new/deep"));
            files.move(path("a.txt"), path("new/deep/a.txt"));
            files.rename(path("b.txt"), "B.txt");
            files.copy(path("docs/c.txt"), path("c.txt"));
            assertThat(tree(root)).isEqualTo(before);
        });
        assertThat(tree(root))
                .containsEntry("new/deep/a.txt", "A")
                .containsEntry("B.txt", "B")
                .containsEntry("c.txt", "C")
                .containsEntry("docs/c.txt", "C")
                .doesNotContainKeys("a.txt", "b.txt");
    }

    @Test
    void workThatFailsLeavesEverythingAsItWas() {
        assertThatThrownBy(() -> files.transaction(() -> {
                    files.move(path("a.txt"), path("x.txt"));
                    throw new IOException("the work");
                }))
                .isInstanceOf(IOException.class);
        assertThat(tree(root)).isEqualTo(before);
        files.transaction(() -> files.move(path("a.txt"), path("x.txt")));
    }

    @Test
    void nothingIsOverwrittenUnlessItIsAskedFor() {
        files.transaction(() -> {
            assertThatThrownBy(() -> files.move(path("a.txt"), path("b.txt")))
                    .isInstanceOf(StorageIoException.class)
                    .hasCauseInstanceOf(FileAlreadyExistsException.class)
                    .hasMessageContaining(root.resolve("b.txt").toString());
            assertThatThrownBy(() -> files.copy(path("a.txt"), path("docs"), OnExisting.REPLACE))
                    .isInstanceOf(StorageIoException.class)
                    .hasMessageContaining("directories are not replaced");
        });
        assertThat(tree(root)).isEqualTo(before);
        files.transaction(() -> {
            files.move(path("a.txt"), path("b.txt"), OnExisting.REPLACE);
            files.copy(path("docs/inner/d.txt"), path("docs/c.txt"), OnExisting.REPLACE);
        });
        assertThat(tree(root))
                .containsEntry("b.txt", "A")
                .containsEntry("docs/c.txt", "D")
                .doesNotContainKey("a.txt");
    }

    @Test
    void operationsSeeWhatTheTransactionAskedForBefore() {
        files.transaction(() -> {
            files.move(path("a.txt"), path("t.txt"));
            files.move(path("b.txt"), path("a.txt"));
            files.move(path("t.txt"), path("b.txt"));
            files.move(path("docs"), path("papers"));
            files.makeDirectory(path("docs"));
            files.move(path("papers/inner/d.txt"), path("docs/d.txt"));
            files.copy(path("docs/d.txt"), path("papers/e.txt"));
            files.rename(path("papers/e.txt"), "f.txt");
            assertThatThrownBy(() -> files.move(path("docs/c.txt"), path("x.txt")))
                    .hasCauseInstanceOf(NoSuchFileException.class);
            assertThatThrownBy(() -> files.move(path("papers/c.txt"), path("docs/d.txt")))
                    .hasCauseInstanceOf(FileAlreadyExistsException.class);
            files.copy(path("papers"), path("docs/all"));
        });
        assertThat(tree(root))
                .isEqualTo(new TreeMap<>(Map.ofEntries(
                        Map.entry("a.txt", "B"),
                        Map.entry("b.txt", "A"),
                        Map.entry("usb", "/"),
                        Map.entry("docs", "/"),
                        Map.entry("docs/d.txt", "D"),
                        Map.entry("docs/all", "/"),
                        Map.entry("docs/all/inner", "/"),
                        Map.entry("docs/all/c.txt", "C"),
                        Map.entry("docs/all/f.txt", "D"),
                        Map.entry("papers", "/"),
                        Map.entry("papers/inner", "/"),
                        Map.entry("papers/c.txt", "C"),
                        Map.entry("papers/f.txt", "D"))));
    }

    @Test
    void aLongChainIsUndoneStepByStep() {
        Branch branch = files.beginBranch(TransactionOptions.DEFAULT, false);
        files.move(path("a.txt"), path("t.txt"));
        files.move(path("b.txt"), path("a.txt"));
        files.move(path("t.txt"), path("b.txt"));
        files.move(path("a.txt"), path("docs/c.txt"), OnExisting.REPLACE);
        files.copy(path("docs"), path("usb/docs"));
        files.move(path("usb/docs"), path("moved"));
        files.trash(path("docs/inner"));
        branch.prepare(FolderFixture.GLOBAL);
        assertThat(tree(root)).isNotEqualTo(before).containsEntry("docs/c.txt", "B");
        branch.rollback();
        assertThat(tree(root)).isEqualTo(before);
    }

    @Test
    void pathsOutOfTheRootAndTheStateAreRefused() throws IOException {
        Files.createSymbolicLink(root.resolve("out"), root.resolveSibling("elsewhere"));
        files.transaction(() -> {
            for (String refused : new String[] {
                "../x",
                "docs/../../x",
                "docs/..",
                ".fileoperations/x",
                "",
                "/etc/x",
                ".FileOperations/trash/x",
                ".fileop-1.part"
            }) {
                assertThatThrownBy(() -> files.move(path("a.txt"), path(refused)))
                        .as(refused)
                        .isInstanceOf(IllegalArgumentException.class);
                assertThatThrownBy(() -> files.copy(path(refused), path("x")))
                        .as(refused)
                        .isInstanceOf(IllegalArgumentException.class);
            }
            assertThatThrownBy(() -> files.rename(path("a.txt"), "../x")).isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> files.move(path("docs"), path("docs/inner/docs")))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThatThrownBy(() -> files.move(path("a.txt"), path("out/a.txt")))
                    .isInstanceOf(StorageIoException.class)
                    .hasMessageContaining("symbolic link");
            assertThatThrownBy(() -> files.makeDirectory(path("out/new"))).isInstanceOf(StorageIoException.class);
            assertThatThrownBy(() -> files.move(path("a.txt"), path("none/a.txt")))
                    .hasMessageContaining("make the directory first");
            files.move(root.resolve("a.txt"), root.resolve("./docs/a.txt"));
        });
        assertThat(tree(root)).containsEntry("docs/a.txt", "A");
    }

    @Test
    void aLinkIsMovedCopiedAndTrashedAsALink() throws IOException {
        Files.createSymbolicLink(root.resolve("link"), path("a.txt"));
        Files.createSymbolicLink(root.resolve("docs/dangling"), path("nothing"));
        files.transaction(() -> {
            files.copy(path("link"), path("copied"));
            files.move(path("link"), path("moved"));
            files.move(path("docs"), path("usb/docs"));
        });
        assertThat(tree(root))
                .containsEntry("copied", "-> a.txt")
                .containsEntry("moved", "-> a.txt")
                .containsEntry("usb/docs/dangling", "-> nothing")
                .containsEntry("a.txt", "A")
                .doesNotContainKeys("link", "docs");
        files.transaction(() -> files.trash(path("moved")));
        assertThat(tree(root)).containsEntry("a.txt", "A").doesNotContainKey("moved");
    }

    @Test
    void theTrashKeepsWhatIsPutThereAndGivesItBack() {
        Path[] trashed = new Path[2];
        files.transaction(() -> {
            trashed[0] = files.trash(path("a.txt"));
            files.move(path("b.txt"), path("a.txt"));
            trashed[1] = files.trash(path("a.txt"));
        });
        assertThat(trashed[0]).hasContent("A").isEqualTo(trashed[0].toAbsolutePath());
        assertThat(trashed[1]).hasContent("B").hasFileName("a.txt");
        files.transaction(() -> files.move(trashed[0], path("back.txt")));
        assertThat(tree(root)).containsEntry("back.txt", "A").doesNotContainKeys("a.txt", "b.txt");
        assertThat(trashed[0].getParent()).doesNotExist();
        assertThat(trashed[1]).exists();
    }

    @Test
    void copiesKeepContentTimeAndPermissions() throws IOException {
        FileTime time = FileTime.fromMillis(1_000_000_000_123L);
        Path source = root.resolve("docs/inner/d.txt");
        Files.setLastModifiedTime(source, time);
        Files.setPosixFilePermissions(source, PosixFilePermissions.fromString("r--r-----"));
        Files.setPosixFilePermissions(root.resolve("docs/inner"), PosixFilePermissions.fromString("rwxr-x--x"));
        Files.setLastModifiedTime(root.resolve("docs/inner"), time);
        files.transaction(() -> files.copy(path("docs"), path("usb/docs")));
        for (String copy : new String[] {"usb/docs/inner/d.txt", "usb/docs/inner"}) {
            assertThat(Files.getLastModifiedTime(root.resolve(copy))).isEqualTo(time);
        }
        assertThat(root.resolve("usb/docs/inner/d.txt")).hasContent("D");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("usb/docs/inner/d.txt"))))
                .isEqualTo("r--r-----");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(root.resolve("usb/docs/inner"))))
                .isEqualTo("rwxr-x--x");
    }

    @Test
    void aMoveToAnotherFileStoreIsACopyWhoseSourceGoesAtTheCommit() {
        files.transaction(() -> {
            files.move(path("docs"), path("usb/docs"));
            files.move(path("a.txt"), path("docs"));
            files.move(path("usb/docs/c.txt"), path("a.txt"));
            files.trash(path("b.txt"));
        });
        assertThat(tree(root))
                .isEqualTo(new TreeMap<>(Map.of(
                        "a.txt",
                        "C",
                        "docs",
                        "A",
                        "usb",
                        "/",
                        "usb/docs",
                        "/",
                        "usb/docs/inner",
                        "/",
                        "usb/docs/inner/d.txt",
                        "D")));
    }

    @Test
    void whatSomebodyPutsInTheWayBeforeTheCommitStaysAndIsAConflict() throws IOException {
        Branch branch = files.beginBranch(TransactionOptions.DEFAULT, false);
        files.move(path("a.txt"), path("x.txt"));
        files.copy(path("b.txt"), path("y.txt"));
        files.makeDirectory(path("new"));
        Files.writeString(root.resolve("y.txt"), "somebody's");
        assertThatThrownBy(branch::commit).isInstanceOf(ConflictException.class).hasMessageContaining("y.txt");
        before.put("y.txt", "somebody's");
        assertThat(tree(root)).isEqualTo(before);
        assertThat(files.inDoubt()).isEmpty();
    }

    @Test
    void whatSomebodyTookAwayBeforeTheCommitIsAConflict() throws IOException {
        Branch branch = files.beginBranch(TransactionOptions.DEFAULT, false);
        files.move(path("b.txt"), path("x.txt"));
        files.move(path("a.txt"), path("y.txt"));
        Files.delete(root.resolve("a.txt"));
        assertThatThrownBy(branch::commit).isInstanceOf(ConflictException.class).hasMessageContaining("a.txt");
        before.remove("a.txt");
        assertThat(tree(root)).isEqualTo(before);
    }

    @Test
    void whatIsWrittenIntoAFileBeforeTheCommitMovesWithIt() throws IOException {
        Branch branch = files.beginBranch(TransactionOptions.DEFAULT, false);
        files.move(path("a.txt"), path("x.txt"));
        files.move(path("b.txt"), path("usb/b.txt"));
        Files.writeString(root.resolve("a.txt"), "longer than before");
        Files.writeString(root.resolve("b.txt"), "other");
        branch.commit();
        assertThat(tree(root)).containsEntry("x.txt", "longer than before").containsEntry("usb/b.txt", "other");
    }

    @Test
    void whatIsWrittenIntoAFileAfterItWasCopiedIsNotLost() {
        files.close();
        files = FolderFixture.open(root, new FolderFixture.TwoStores(root) {
            @Override
            void forceDirectory(Path directory) throws IOException {
                super.forceDirectory(directory);
                if (directory.endsWith("usb") && Files.exists(root.resolve("a.txt"))) {
                    Files.writeString(root.resolve("a.txt"), "written while it was copied");
                }
            }
        });
        assertThatThrownBy(() -> files.transaction(() -> files.move(path("a.txt"), path("usb/a.txt"))))
                .isInstanceOf(ConflictException.class)
                .hasMessageContaining("a.txt");
        before.put("a.txt", "written while it was copied");
        assertThat(tree(root)).isEqualTo(before);
    }

    @Test
    void ofTwoTransactionsOnOnePathTheSecondFailsAtOnce() {
        Branch first = files.beginBranch(TransactionOptions.DEFAULT, false);
        files.move(path("docs/c.txt"), path("x.txt"));
        files.copy(path("b.txt"), path("y.txt"));
        inAnotherThread(() -> {
            Branch second = files.beginBranch(TransactionOptions.DEFAULT, false);
            for (String taken : new String[] {"docs/c.txt", "docs", "b.txt"}) {
                assertThatThrownBy(() -> files.move(path(taken), path("z")))
                        .as(taken)
                        .isInstanceOf(ConflictException.class)
                        .matches(e -> ((ConflictException) e).retryable());
            }
            assertThatThrownBy(() -> files.makeDirectory(path("x.txt/inner"))).isInstanceOf(ConflictException.class);
            files.copy(path("b.txt"), path("z2"));
            files.move(path("docs/inner"), path("usb/inner"));
            second.rollback();
        });
        first.commit();
        files.transaction(() -> files.move(path("docs"), path("z")));
        assertThat(tree(root)).containsEntry("z/inner/d.txt", "D");
    }

    @Test
    void aThreadIsInOneTransactionAndAnotherTakesPartByCall() throws Exception {
        assertThatThrownBy(() -> files.move(path("a.txt"), path("x"))).isInstanceOf(IllegalStateException.class);
        Branch branch = files.beginBranch(TransactionOptions.DEFAULT, false);
        assertThatThrownBy(() -> files.beginBranch(TransactionOptions.DEFAULT, false))
                .isInstanceOf(IllegalStateException.class);
        inAnotherThread(() -> {
            assertThatThrownBy(() -> files.trash(path("a.txt"))).isInstanceOf(IllegalStateException.class);
            Path unused = branch.call(() -> {
                files.move(path("a.txt"), path("x"));
                return path("x");
            });
            assertThatThrownBy(() -> files.trash(path("x"))).isInstanceOf(IllegalStateException.class);
        });
        branch.commit();
        assertThat(tree(root)).containsEntry("x", "A");
        assertThatThrownBy(branch::commit).isInstanceOf(IllegalStateException.class);
        branch.rollback();
        assertThat(tree(root)).containsEntry("x", "A");
    }

    @Test
    void timeoutAndReadOnlyAreHeld() {
        Branch late = files.beginBranch(TransactionOptions.DEFAULT.withTimeout(Duration.ofNanos(-1)), false);
        assertThatThrownBy(() -> files.move(path("a.txt"), path("x"))).isInstanceOf(StorageTimeoutException.class);
        late.rollback();
        Branch reading = files.beginBranch(TransactionOptions.READ_ONLY, false);
        assertThatThrownBy(() -> files.move(path("a.txt"), path("x"))).isInstanceOf(UnsupportedException.class);
        reading.commit();
        assertThat(tree(root)).isEqualTo(before);
    }

    @Test
    void anInterruptDoesNotCutACommitOff() {
        Branch branch = files.beginBranch(TransactionOptions.DEFAULT, false);
        files.copy(path("a.txt"), path("x"));
        Thread.currentThread().interrupt();
        branch.commit();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(tree(root)).containsEntry("x", "A");
    }

    @Test
    void aFolderIsOpenOnce() throws IOException {
        assertThatThrownBy(() -> FileOperations.open(root))
                .isInstanceOf(LockedException.class)
                .hasMessageContaining("process " + ProcessHandle.current().pid());
        Path link = Files.createSymbolicLink(root.resolveSibling(root.getFileName() + "-link"), root);
        assertThatThrownBy(() -> FileOperations.open(link)).isInstanceOf(LockedException.class);
        files.close();
        assertThatThrownBy(() -> files.beginBranch(TransactionOptions.DEFAULT, false))
                .isInstanceOf(IllegalStateException.class);
        FileOperations.open(link).close();
        Files.delete(link);
        assertThatThrownBy(() -> FileOperations.open(root.resolve("a.txt"))).isInstanceOf(StorageIoException.class);
        assertThatThrownBy(() -> FileOperations.open(root.resolve("none"))).isInstanceOf(StorageIoException.class);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whereFilesHaveOneNameOnlyTheyAreRenamed(boolean commit) {
        files.close();
        files = FolderFixture.open(root, new FolderFixture.WithoutHardLinks());
        Branch branch = files.beginBranch(TransactionOptions.DEFAULT, false);
        files.move(path("a.txt"), path("docs/a.txt"));
        files.copy(path("b.txt"), path("docs/c.txt"), OnExisting.REPLACE);
        branch.prepare(FolderFixture.GLOBAL);
        if (commit) {
            branch.commit();
            assertThat(tree(root)).containsEntry("docs/a.txt", "A").containsEntry("docs/c.txt", "B");
        } else {
            branch.rollback();
            assertThat(tree(root)).isEqualTo(before);
        }
    }

    private interface Action {
        void run() throws Exception;
    }

    private static void inAnotherThread(Action action) {
        Throwable[] failure = new Throwable[1];
        Thread thread = new Thread(() -> {
            try {
                action.run();
            } catch (Throwable e) {
                failure[0] = e;
            }
        });
        thread.start();
        try {
            thread.join();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        assertThat(failure[0]).isNull();
    }
}
