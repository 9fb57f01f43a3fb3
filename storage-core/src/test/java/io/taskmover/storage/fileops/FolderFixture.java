package io.taskmover.storage.fileops;

import io.taskmover.storage.backend.PreparedTransaction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A folder with a few files in it, and what it holds. */
final class FolderFixture {
    static final PreparedTransaction GLOBAL =
            new PreparedTransaction("tx-7", "unknown:decider", Instant.parse("2026-01-02T03:04:05Z"));

    /** The folder {@code usb} is another file store than all the rest. */
    static class TwoStores extends Volume {
        private final Path usb;

        TwoStores(Path root) {
            this.usb = root.resolve("usb");
        }

        @Override
        boolean isSameStore(Path one, Path other) {
            return one.startsWith(usb) == other.startsWith(usb);
        }
    }

    /** Files can have one name only, as on FAT. */
    static final class WithoutHardLinks extends Volume {
        @Override
        void link(Path name, Path file) {
            throw new UnsupportedOperationException("a file has one name here");
        }
    }

    private FolderFixture() {}

    /** Makes {@code a.txt}, {@code b.txt}, {@code docs/c.txt}, {@code docs/inner/d.txt} and the empty {@code usb}. */
    static Path fill(Path root) throws IOException {
        Files.createDirectories(root.resolve("docs/inner"));
        Files.createDirectory(root.resolve("usb"));
        Files.writeString(root.resolve("a.txt"), "A");
        Files.writeString(root.resolve("b.txt"), "B");
        Files.writeString(root.resolve("docs/c.txt"), "C");
        Files.writeString(root.resolve("docs/inner/d.txt"), "D");
        return root;
    }

    static FileOperations open(Path root, Volume volume) {
        return FileOperations.open(root, volume, Clock.systemUTC());
    }

    /** What is in a folder, its state left out: each path with a file's content, a link's target, or a slash. */
    static Map<String, String> tree(Path root) {
        Map<String, String> tree = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.toList()) {
                String name = root.relativize(path).toString().replace('\\', '/');
                if (!name.isEmpty() && !name.startsWith(RootFolder.STATE)) {
                    tree.put(name, content(path));
                }
            }
            return tree;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String content(Path path) throws IOException {
        if (Files.isSymbolicLink(path)) {
            return "-> " + Files.readSymbolicLink(path);
        }
        return Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS) ? "/" : Files.readString(path);
    }

    /** The files in the journal. */
    static Stream<String> journal(Path root) throws IOException {
        try (Stream<Path> files = Files.list(root.resolve(RootFolder.STATE).resolve("journal"))) {
            return files.map(file -> file.getFileName().toString()).toList().stream();
        }
    }
}
