package io.taskmover.storage.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AtomicFileTest {
    @TempDir
    Path directory;

    @Test
    void allDraftsAreClosedAlsoIfSomeCannotBe() throws IOException {
        List<FileChannel> channels = new ArrayList<>();
        List<Path> stuck = new ArrayList<>();
        Disk disk = new RealDisk() {
            @Override
            public FileChannel create(Path file) throws IOException {
                channels.add(super.create(file));
                if (channels.size() != 2) {
                    stuck.add(file);
                }
                return channels.get(channels.size() - 1);
            }

            @Override
            public void delete(Path path) throws IOException {
                if (stuck.contains(path)) {
                    throw new IOException("stuck: " + stuck.indexOf(path));
                }
                super.delete(path);
            }
        };
        StorePaths paths = new StorePaths(directory);
        Files.createDirectories(paths.temporary());
        AtomicFile atomic = new AtomicFile(disk, paths);
        List<AtomicFile.Draft> drafts = new ArrayList<>();
        for (String name : List.of("a", "b", "c")) {
            drafts.add(atomic.draft(directory.resolve(name), ByteBuffer.allocate(1)));
        }
        assertThatThrownBy(() -> AtomicFile.closeAll(drafts))
                .hasMessage("stuck: 0")
                .satisfies(e ->
                        assertThat(e.getSuppressed()).singleElement().hasToString("java.io.IOException: stuck: 1"));
        assertThat(channels).hasSize(3).noneMatch(FileChannel::isOpen);
        try (Stream<Path> left = Files.list(paths.temporary())) {
            assertThat(left).containsExactlyInAnyOrderElementsOf(stuck);
        }
    }
}
