package io.taskmover.storage.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
class OwnerOnlyTest {
    @TempDir
    Path directory;

    @ParameterizedTest
    @ValueSource(strings = {"000", "022", "077", "177", "777"})
    void filesAndDirectoriesAreTheirOwnersOnlyWhateverTheUmask(String umask) throws Exception {
        Path root = directory.resolve("made/store");
        Process child = ChildJvm.startWithUmask(umask, OpeningChild.class, root, "entity");
        try (BufferedReader reports = ChildJvm.reader(child)) {
            assertThat(reports.readLine()).isEqualTo("open");
        } finally {
            child.destroyForcibly().waitFor();
        }
        Map<String, String> permissions = permissions(directory.resolve("made"));
        assertThat(permissions)
                .containsKeys("store", "store/notes/n1.json", "store/.storage/lock", "store/.storage/journal")
                .hasSizeGreaterThan(EntityFolder.FLAT_FILES);
        permissions.forEach((path, has) -> assertThat(has)
                .as(path)
                .isEqualTo(Files.isDirectory(directory.resolve("made").resolve(path)) ? "rwx------" : "rw-------"));
        StoreFixture.open(root).close();
    }

    @Test
    void theDirectoryThatTheUserMadeStaysAsItIs() throws IOException {
        Files.setPosixFilePermissions(directory, PosixFilePermissions.fromString("rwxr-x--x"));
        StoreFixture.open(directory).close();
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
                .isEqualTo("rwxr-x--x");
        assertThat(permissions(directory)).containsEntry(".storage", "rwx------");
    }

    private static Map<String, String> permissions(Path from) throws IOException {
        Map<String, String> permissions = new TreeMap<>();
        try (Stream<Path> all = Files.walk(from)) {
            for (Path path : all.toList()) {
                permissions.put(
                        from.relativize(path).toString(),
                        PosixFilePermissions.toString(Files.getPosixFilePermissions(path)));
            }
        }
        return permissions;
    }
}
