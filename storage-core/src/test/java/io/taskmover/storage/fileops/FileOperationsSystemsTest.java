package io.taskmover.storage.fileops;

import static com.google.common.jimfs.PathNormalization.CASE_FOLD_ASCII;
import static io.taskmover.storage.fileops.FolderFixture.tree;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.transaction.Branch;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The same on file systems that look at names in other ways than the one that the tests run on. */
@Timeout(60)
class FileOperationsSystemsTest {

    enum Kind {
        UNIX("/data", "B.TXT"),
        MACOS("/Volumes/data", "b.txt"),
        WINDOWS("C:\\data", "b.txt"),
        UNIX_IGNORING_CASE("/data", "b.txt");

        private final String root;
        /** Jimfs does nothing when a file is renamed to what it takes for the same name; the real ones do. */
        private final String renamed;

        Kind(String root, String renamed) {
            this.root = root;
            this.renamed = renamed;
        }

        FileSystem create() {
            return Jimfs.newFileSystem(
                    switch (this) {
                        case UNIX ->
                            Configuration.unix().toBuilder()
                                    .setAttributeViews("basic", "owner", "posix", "unix")
                                    .build();
                        case MACOS -> Configuration.osX();
                        case WINDOWS -> Configuration.windows();
                        case UNIX_IGNORING_CASE ->
                            Configuration.unix().toBuilder()
                                    .setNameCanonicalNormalization(CASE_FOLD_ASCII)
                                    .setPathEqualityUsesCanonicalForm(true)
                                    .build();
                    });
        }
    }

    /** Memory has no power cut; Jimfs does not open directories. */
    private static final class InMemory extends Volume {
        @Override
        void forceDirectory(Path directory) {
            assertThat(directory).isDirectory();
        }
    }

    @ParameterizedTest
    @EnumSource
    void allIsDoneAndUndone(Kind kind) throws IOException {
        try (FileSystem system = kind.create()) {
            Path root = Files.createDirectories(system.getPath(kind.root));
            FolderFixture.fill(root);
            Map<String, String> before = tree(root);
            for (boolean commit : new boolean[] {false, true}) {
                try (FileOperations files = FolderFixture.open(root, new InMemory())) {
                    Branch branch = files.beginBranch(TransactionOptions.DEFAULT, false);
                    files.makeDirectory(system.getPath("new", "deep"));
                    files.move(system.getPath("docs", "inner"), system.getPath("new", "deep", "inner"));
                    files.move(system.getPath("a.txt"), system.getPath("docs", "c.txt"), OnExisting.REPLACE);
                    files.copy(system.getPath("new"), system.getPath("usb", "new"));
                    files.rename(system.getPath("b.txt"), "B.TXT");
                    Path trashed = files.trash(system.getPath("docs", "c.txt"));
                    branch.prepare(FolderFixture.GLOBAL);
                    assertThat(trashed).hasContent("A");
                }
                assertThat(names(root)).contains(kind.renamed).doesNotContain("a.txt");
                try (FileOperations files = FolderFixture.open(root, new InMemory())) {
                    files.resolve("tx-7", commit);
                }
                assertThat(FolderFixture.journal(root)).isEmpty();
                if (!commit) {
                    assertThat(tree(root)).isEqualTo(before);
                    assertThat(names(root)).contains("b.txt");
                }
            }
            assertThat(tree(root))
                    .containsEntry(kind.renamed, "B")
                    .containsEntry("new/deep/inner/d.txt", "D")
                    .containsEntry("usb/new/deep/inner/d.txt", "D")
                    .doesNotContainKeys("docs/c.txt", "docs/inner");
        }
    }

    private static Iterable<String> names(Path root) throws IOException {
        try (var entries = Files.list(root)) {
            return entries.map(entry -> entry.getFileName().toString()).toList();
        }
    }
}
