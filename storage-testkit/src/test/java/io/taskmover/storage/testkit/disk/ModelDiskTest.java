package io.taskmover.storage.testkit.disk;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What programs see of the model disk is what they see of a real one. */
class ModelDiskTest {
    private static final int STEPS = 3_000;

    private final ModelDisk disk = ModelDisk.of(DiskImage.EMPTY);

    @Test
    void itDoesWhatTheRealFileSystemDoes(@TempDir Path real) throws IOException {
        Path model = Files.createDirectory(disk.path("/model"));
        for (int seed = 0; seed < STEPS; seed++) {
            assertThat(step(new Random(seed), model)).as("step %s", seed).isEqualTo(step(new Random(seed), real));
        }
        assertThat(tree(model)).isEqualTo(tree(real)).hasSizeGreaterThan(5);
        assertThat(disk.openHandles()).isZero();
    }

    private static String step(Random random, Path root) {
        Path one = any(random, root);
        Path other = any(random, root);
        try {
            return switch (random.nextInt(10)) {
                case 0 -> "made " + Files.createDirectory(one).getFileName();
                case 1 -> {
                    Files.delete(one);
                    yield "deleted";
                }
                case 2 ->
                    "moved "
                            + Files.move(one, other, ATOMIC_MOVE, REPLACE_EXISTING)
                                    .getFileName();
                case 3 -> names(one).toString();
                case 4 -> Files.exists(one) + " " + Files.isDirectory(one) + " " + Files.isRegularFile(other);
                case 5 -> Files.readString(one);
                case 9 -> "linked " + Files.createLink(one, other).getFileName();
                case 6 -> Files.isRegularFile(one) ? Files.size(one) + " bytes" : "none";
                default -> change(random, one);
            };
        } catch (IOException e) {
            return e.getClass().getSimpleName();
        }
    }

    private static Path any(Random random, Path root) {
        Path path = root.resolve("abc".substring(random.nextInt(3)).substring(0, 1));
        return random.nextInt(3) == 0 ? path.resolve("inner" + random.nextInt(2)) : path;
    }

    private static String change(Random random, Path file) throws IOException {
        var create = random.nextBoolean() ? CREATE : CREATE_NEW;
        try (FileChannel channel = FileChannel.open(file, create, READ, WRITE)) {
            int offset = random.nextInt(5_000);
            ByteBuffer bytes = ByteBuffer.allocate(random.nextInt(5_000));
            random.nextBytes(bytes.array());
            if (random.nextBoolean()) {
                channel.position(offset);
                channel.write(bytes);
            } else {
                channel.write(bytes, offset);
            }
            if (random.nextInt(3) == 0) {
                channel.truncate(random.nextInt(6_000));
            }
            ByteBuffer read = ByteBuffer.allocate(3_000);
            int count = channel.read(read, random.nextInt(6_000));
            return count + " " + read.flip().hashCode() + " " + channel.position() + " " + channel.size();
        }
    }

    private static List<String> names(Path directory) throws IOException {
        try (Stream<Path> entries = Files.list(directory)) {
            return entries.map(entry -> entry.getFileName().toString()).sorted().toList();
        }
    }

    private static TreeMap<String, String> tree(Path root) throws IOException {
        TreeMap<String, String> tree = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(root)) {
            for (Path path : paths.toList()) {
                tree.put(
                        root.relativize(path).toString(),
                        Files.isDirectory(path)
                                ? "directory"
                                : ByteBuffer.wrap(Files.readAllBytes(path)).hashCode() + "");
            }
        }
        return tree;
    }

    @Test
    void attributesAreThoseGivenAndTimesNeverRepeat() throws IOException {
        Path file = Files.createFile(
                disk.path("/file"), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        var before = Files.getLastModifiedTime(file);
        Files.writeString(file, "text");
        assertThat(Files.getLastModifiedTime(file)).isGreaterThan(before);
        Files.setLastModifiedTime(file, before);
        assertThat(Files.getLastModifiedTime(file)).isEqualTo(before);
        assertThat(Files.getAttribute(file, "size")).isEqualTo(4L);
        assertThat(Files.isSameFile(file, disk.path("/x/../file"))).isTrue();
    }

    @Test
    void aPartOfAFileIsLockedOnce() throws IOException {
        Path file = Files.createFile(disk.path("/file"));
        try (FileChannel second = FileChannel.open(file, WRITE)) {
            try (FileChannel first = FileChannel.open(file, WRITE)) {
                assertThat(first.tryLock(0, 10, false).isValid()).isTrue();
                assertThatThrownBy(() -> second.tryLock(9, 1, false)).isInstanceOf(OverlappingFileLockException.class);
                assertThat(second.tryLock(10, 1, false).isValid()).isTrue();
            }
            assertThat(second.tryLock(0, 10, false).isValid()).isTrue();
        }
    }

    @Test
    void openHandlesAreCounted() throws IOException {
        Path file = Files.createFile(disk.path("/file"));
        try (FileChannel channel = FileChannel.open(file, WRITE);
                DirectoryStream<Path> stream = Files.newDirectoryStream(disk.path("/"))) {
            assertThat(channel.isOpen()).isTrue();
            assertThat(stream).hasSize(1);
            assertThat(disk.openHandles()).isEqualTo(2);
        }
        assertThat(disk.openHandles()).isZero();
    }

    @Test
    void callsFailAsATestWants() throws IOException {
        Path file = Files.createFile(disk.path("/file"));
        try (FileChannel channel = FileChannel.open(file, WRITE)) {
            disk.setFault((number, call, path) -> DiskFault.Failure.SHORT_WRITE);
            ByteBuffer bytes = ByteBuffer.allocate(10);
            assertThat(channel.write(bytes)).isEqualTo(5);
            assertThat(bytes.remaining()).isEqualTo(5);
            disk.setFault((number, call, path) -> DiskFault.Failure.NO_SPACE);
            assertThatThrownBy(() -> channel.write(bytes)).hasMessage("No space left on device");
            assertThatThrownBy(() -> Files.createFile(disk.path("/other"))).isInstanceOf(FileSystemException.class);
            disk.setFault((number, call, path) -> path.equals("/file") ? DiskFault.Failure.INPUT_OUTPUT : null);
            assertThatThrownBy(() -> channel.force(true)).hasMessage("Input/output error");
            assertThat(Files.exists(disk.path("/"))).isTrue();
        }
        assertThat(disk.image().files()).containsExactly("/file");
        assertThat(disk.openHandles()).isZero();
    }
}
