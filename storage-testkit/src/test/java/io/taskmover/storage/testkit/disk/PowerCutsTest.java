package io.taskmover.storage.testkit.disk;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What may be left after a power cut, and what may not. */
class PowerCutsTest {
    private final ModelDisk disk = ModelDisk.of(DiskImage.EMPTY);
    private final Path file = disk.path("/file");

    private void write(Path target, String text) throws IOException {
        try (FileChannel channel = FileChannel.open(target, CREATE, WRITE)) {
            channel.write(ByteBuffer.wrap(text.getBytes()));
        }
    }

    private void force(Path target) throws IOException {
        try (FileChannel channel = FileChannel.open(target, READ)) {
            channel.force(true);
        }
    }

    private Collection<DiskImage> images() {
        PowerCuts cuts = new PowerCuts(disk.start(), disk.log());
        while (cuts.next()) {
            assertThat(cuts.operation()).isPositive();
        }
        return cuts.images(1_000, 42);
    }

    /** What the file may hold; "-" if it may be missing. */
    private Set<String> contents(String path) {
        Set<String> contents = new TreeSet<>();
        for (DiskImage image : images()) {
            try {
                contents.add(new String(image.content(path).bytes()).replace('\0', '0'));
            } catch (NoSuchFileException e) {
                contents.add("-");
            }
        }
        return contents;
    }

    @Test
    void whatIsNotForcedMayBeThereOrNotOrInPart() throws IOException {
        write(file, "new");
        assertThat(contents("/file")).containsExactlyInAnyOrder("-", "", "000", "new");
    }

    @Test
    void aForcedFileMayLackItsName() throws IOException {
        write(file, "new");
        force(file);
        assertThat(contents("/file")).containsExactlyInAnyOrder("-", "new");
    }

    @Test
    void aNameInAForcedDirectoryMayLeadToNothing() throws IOException {
        write(file, "new");
        force(disk.path("/"));
        assertThat(contents("/file")).containsExactlyInAnyOrder("", "000", "new");
    }

    @Test
    void aFileAndItsDirectoryForcedAreThereForGood() throws IOException {
        write(file, "new");
        force(file);
        force(disk.path("/"));
        assertThat(contents("/file")).containsExactly("new");
        assertThat(images()).hasSize(1);
    }

    @Test
    void aForcedDirectoryInOneThatIsNotMayBeGone() throws IOException {
        Path inner = Files.createDirectory(disk.path("/inner"));
        write(inner.resolve("file"), "new");
        force(inner.resolve("file"));
        force(inner);
        assertThat(contents("/inner/file")).containsExactlyInAnyOrder("-", "new");
    }

    @Test
    void aRenameLeavesTheOldFileOrTheNewOne() throws IOException {
        write(file, "old");
        write(disk.path("/draft"), "new");
        force(file);
        force(disk.path("/draft"));
        force(disk.path("/"));
        Files.move(disk.path("/draft"), file, ATOMIC_MOVE);
        assertThat(contents("/file")).containsExactlyInAnyOrder("old", "new");
        assertThat(contents("/draft")).containsExactlyInAnyOrder("-", "new");
        for (DiskImage image : images()) {
            assertThat(image.files().contains("/draft") || contains(image, "/file", "new"))
                    .isTrue();
        }
    }

    private static boolean contains(DiskImage image, String path, String text) throws IOException {
        return new String(image.content(path).bytes()).equals(text);
    }

    @Test
    void aRenameBeforeItsFileIsForcedMayLoseBothContents() throws IOException {
        write(file, "old");
        force(file);
        force(disk.path("/"));
        write(disk.path("/draft"), "new");
        Files.move(disk.path("/draft"), file, ATOMIC_MOVE);
        assertThat(contents("/file")).contains("old", "new", "", "000");
    }

    @Test
    void aWriteIsTornAtSectorsOnly() throws IOException {
        write(file, "o".repeat(4 * Loss.SECTOR_BYTES));
        force(file);
        force(disk.path("/"));
        write(file, "n".repeat(4 * Loss.SECTOR_BYTES));
        Set<String> contents = contents("/file");
        for (String content : contents) {
            assertThat(content).hasSize(4 * Loss.SECTOR_BYTES).matches("((o{512})|(n{512}))*");
        }
        assertThat(contents).hasSize(16);
    }

    @Test
    void writesMayBeReordered() throws IOException {
        write(file, "o".repeat(Loss.SECTOR_BYTES));
        write(disk.path("/other"), "old");
        for (String path : new String[] {"/file", "/other", "/"}) {
            force(disk.path(path));
        }
        write(file, "n".repeat(Loss.SECTOR_BYTES));
        write(disk.path("/other"), "new");
        assertThat(images()).hasSize(4);
    }

    @Test
    void aRemovedFileMayComeBack() throws IOException {
        aFileAndItsDirectoryForcedAreThereForGood();
        Files.delete(file);
        assertThat(contents("/file")).containsExactlyInAnyOrder("-", "new");
        force(disk.path("/"));
        assertThat(contents("/file")).containsExactly("-");
    }

    @Test
    void noLaterForceMendsOneThatFailed() throws IOException {
        aFileAndItsDirectoryForcedAreThereForGood();
        try (FileChannel channel = FileChannel.open(file, WRITE)) {
            channel.write(ByteBuffer.wrap("bad".getBytes()));
            disk.setFault((number, call, path) -> call == DiskFault.Call.FORCE ? DiskFault.Failure.INPUT_OUTPUT : null);
            assertThatThrownBy(() -> channel.force(false)).isInstanceOf(IOException.class);
            disk.setFault(DiskFault.NONE);
            channel.force(false);
            assertThat(contents("/file")).containsExactlyInAnyOrder("new", "bad");
            channel.write(ByteBuffer.wrap("more".getBytes()), 0);
            channel.force(false);
            assertThat(contents("/file")).containsExactly("more");
        }
    }

    @Test
    void anImageCanBeMountedAndCutOffAgain() throws IOException {
        aFileAndItsDirectoryForcedAreThereForGood();
        DiskImage image = images().iterator().next();
        ModelDisk again = ModelDisk.of(image);
        assertThat(Files.readString(again.path("/file"))).isEqualTo("new");
        Files.writeString(again.path("/file"), "changed");
        assertThat(contains(image, "/file", "new")).isTrue();
        assertThat(again.image().fingerprint()).isNotEqualTo(image.fingerprint());
        assertThat(ModelDisk.of(again.image()).image().fingerprint())
                .isEqualTo(again.image().fingerprint());
        assertThat(Files.getLastModifiedTime(again.path("/file"))).isGreaterThan(Files.getLastModifiedTime(file));
    }

    @Test
    void aDirectoryThatIsRenamedHasOneNameAtAnyTime() throws IOException {
        Path one = Files.createDirectory(disk.path("/one"));
        Path other = Files.createDirectory(disk.path("/other"));
        write(Files.createDirectory(one.resolve("moved")).resolve("file"), "text");
        for (Path forced : new Path[] {one.resolve("moved/file"), one.resolve("moved"), one, disk.path("/")}) {
            force(forced);
        }
        Files.move(one.resolve("moved"), other.resolve("moved"), ATOMIC_MOVE);
        Set<String> found = new TreeSet<>();
        images().forEach(image -> found.add(image.files().toString()));
        assertThat(found).containsExactly("[/one/moved/file]", "[/other/moved/file]");
        force(other);
        assertThat(images()).allMatch(image -> image.files().equals(List.of("/other/moved/file")));
    }

    @Test
    void aLinkAndARemovalAreTwoChangesOfWhichTheSecondMaySurviveAlone() throws IOException {
        Path linked = disk.path("/linked");
        write(file, "text");
        force(file);
        force(disk.path("/"));
        Files.createLink(linked, file);
        assertThat(contents("/linked")).containsExactly("-", "text");
        Files.delete(file);
        assertThat(images()).anyMatch(image -> image.files().isEmpty());
        force(disk.path("/"));
        assertThat(contents("/linked")).containsExactly("text");
    }

    @Test
    void filesAreWhatTheyWereAfterAPowerCut() throws IOException {
        write(file, "text");
        var time = FileTime.from(Instant.parse("2024-02-29T11:00:00Z"));
        Files.setLastModifiedTime(file, time);
        force(file);
        Files.createLink(disk.path("/linked"), file);
        force(disk.path("/"));
        Object key = Files.getAttribute(file, "fileKey");
        for (DiskImage image : images()) {
            ModelDisk again = ModelDisk.of(image);
            assertThat(Files.getAttribute(again.path("/file"), "fileKey")).isEqualTo(key);
            assertThat(Files.isSameFile(again.path("/file"), again.path("/linked")))
                    .isTrue();
            assertThat(Files.getLastModifiedTime(again.path("/linked"))).isEqualTo(time);
            Files.createFile(again.path("/new"));
            assertThat(Files.getAttribute(again.path("/new"), "fileKey")).isNotEqualTo(key);
        }
    }
}
