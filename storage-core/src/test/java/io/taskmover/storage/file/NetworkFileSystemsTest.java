package io.taskmover.storage.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.common.jimfs.Configuration;
import com.google.common.jimfs.Jimfs;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.ConfigException;
import io.taskmover.storage.error.StorageIoException;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkFileSystemsTest {
    private static final Path ROOT = Path.of("data").toAbsolutePath();

    @ParameterizedTest
    @ValueSource(
            strings = {"nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "afpfs", "webdav", "fuse.sshfs", "virtiofs", "NFS"
            })
    void aNetworkFileSystemIsRefusedUnlessItIsNamed(String type) {
        assertThatThrownBy(() -> NetworkFileSystems.refuse(ROOT, type, Set.of()))
                .isInstanceOf(StorageIoException.class)
                .hasMessageContaining(ROOT.toString())
                .hasMessageContaining("allowNetwork=" + type.toLowerCase());
        assertThatThrownBy(() -> NetworkFileSystems.refuse(ROOT, type, NetworkFileSystems.allowed("afs,coda")))
                .isInstanceOf(StorageIoException.class);
        assertThatCode(() -> NetworkFileSystems.refuse(ROOT, type, NetworkFileSystems.allowed("afs, " + type)))
                .doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "ext4",
                "xfs",
                "btrfs",
                "zfs",
                "tmpfs",
                "overlay",
                "apfs",
                "hfs",
                "NTFS",
                "fuseblk",
                "fuse.mergerfs"
            })
    void aLocalFileSystemIsNot(String type) {
        assertThatCode(() -> NetworkFileSystems.refuse(ROOT, type, Set.of())).doesNotThrowAnyException();
    }

    @Test
    void whatIsNoNetworkFileSystemCannotBeAllowed() {
        assertThatThrownBy(() -> NetworkFileSystems.allowed("nsf"))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("'nsf'")
                .hasMessageContaining("nfs4")
                .hasMessageContaining("sshfs");
    }

    @Test
    void aStoreOnAShareIsRefusedBeforeAnythingIsMade() throws IOException {
        Configuration windows = Configuration.windows().toBuilder()
                .setRoots("C:\\", "\\\\server\\share\\")
                .build();
        try (FileSystem system = Jimfs.newFileSystem(windows)) {
            Path root = system.getPath("\\\\server\\share\\data");
            assertThatThrownBy(() -> connect(root, "file:data"))
                    .isInstanceOf(StorageIoException.class)
                    .hasMessageContaining("allowNetwork=unc");
            assertThat(root).doesNotExist();
            connect(root, "file:data?allowNetwork=unc").close();
            assertThat(Files.isDirectory(root.resolve(".storage"))).isTrue();
            connect(system.getPath("C:\\data"), "file:data").close();
        }
    }

    private static FileSystemBackend connect(Path root, String url) {
        FileSystemBackend backend = new FileSystemBackend();
        backend.connect(root, StorageConfig.of(url));
        return backend;
    }
}
