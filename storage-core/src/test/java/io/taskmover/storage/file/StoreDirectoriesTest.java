package io.taskmover.storage.file;

import static io.taskmover.storage.file.StoreFixture.NOTES;
import static io.taskmover.storage.file.StoreFixture.note;
import static io.taskmover.storage.file.StoreFixture.open;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.StorageException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StoreDirectoriesTest {
    @TempDir
    Path directory;

    /** For each force of a directory: as if the process died before it, and the next one got through. */
    @Test
    void aDirectoryThatAKilledProcessMadeIsForcedByTheNext() throws IOException {
        int deaths = 0;
        while (true) {
            Path root = directory.resolve("run" + deaths + "/store");
            Files.createDirectory(root.getParent());
            MortalDisk mortal = new MortalDisk(deaths);
            write(mortal, root);
            if (!mortal.dead) {
                break;
            }
            Set<Path> unforced = directories(root);
            unforced.removeAll(mortal.durable);
            MortalDisk next = new MortalDisk(Integer.MAX_VALUE);
            try (FileSystemBackend store = open(next, Materialiser.MAX_BACKLOG_BYTES, root)) {
                assertThat(next.durable)
                        .as("what the next one found after the first died at force %d of a directory", deaths)
                        .containsAll(unforced);
                assertThat(store.verify().problems()).isEmpty();
            }
            deaths++;
        }
        assertThat(deaths).isGreaterThan(6);
    }

    private static void write(Disk disk, Path root) {
        try (FileSystemBackend store = open(disk, Materialiser.MAX_BACKLOG_BYTES, root)) {
            store.createTable(NOTES);
            store.write("notes", WriteMode.INSERT, List.of(note("a", 1)));
            store.drain();
        } catch (StorageException e) {
            assertThat(e).hasMessageContaining("dead");
        }
    }

    /** Does nothing more from a force of a directory on, counted from 0. */
    private static final class MortalDisk extends RealDisk {
        private final int death;
        private final Set<Path> durable = ConcurrentHashMap.newKeySet();
        private int forces;
        private volatile boolean dead;

        MortalDisk(int death) {
            this.death = death;
        }

        private synchronized void live(boolean forces) throws IOException {
            dead |= forces && this.forces++ == death;
            if (dead) {
                throw new IOException("dead");
            }
        }

        @Override
        public void createDirectories(Path made) throws IOException {
            live(false);
            super.createDirectories(made);
        }

        @Override
        public FileChannel create(Path file) throws IOException {
            live(false);
            return super.create(file);
        }

        @Override
        public void write(FileChannel channel, ByteBuffer bytes) throws IOException {
            live(false);
            super.write(channel, bytes);
        }

        @Override
        public void force(Path file, FileChannel channel) throws IOException {
            live(false);
            super.force(file, channel);
        }

        @Override
        public void forceDirectory(Path of) throws IOException {
            live(true);
            super.forceDirectory(of);
            try (Stream<Path> entries = Files.list(of)) {
                entries.filter(Files::isDirectory).forEach(durable::add);
            }
        }

        @Override
        public void move(Path from, Path to) throws IOException {
            live(false);
            super.move(from, to);
        }

        @Override
        public void delete(Path path) throws IOException {
            live(false);
            super.delete(path);
        }
    }

    private static Set<Path> directories(Path root) throws IOException {
        if (!Files.exists(root)) {
            return new TreeSet<>();
        }
        try (Stream<Path> all = Files.walk(root)) {
            return new TreeSet<>(all.filter(Files::isDirectory).toList());
        }
    }
}
