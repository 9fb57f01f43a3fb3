package io.taskmover.storage.file;

import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.ConfigException;
import io.taskmover.storage.error.StorageIoException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;

/**
 * Refuses stores on file systems that other machines can write to: whether they see this one's lock, and whether what
 * was forced outlives the server, depends on how they are mounted. Who knows that it does names the type in the option
 * {@value #OPTION}.
 *
 * <p>The types are those that the operating system tells ({@link java.nio.file.FileStore#type}); shared folders of
 * virtual machines are among them. On Windows a share looks like the file system behind it: one given as
 * {@code \\server\share} is told by that, one mapped to a drive letter cannot be told.
 */
final class NetworkFileSystems {
    /** The name of the URL option. */
    static final String OPTION = "allowNetwork";

    private static final String UNC = "unc";

    private static final Set<String> TYPES = new TreeSet<>(List.of(
            // Linux, as in /proc/mounts
            "9p",
            "afs",
            "beegfs",
            "ceph",
            "cifs",
            "coda",
            "davfs",
            "glusterfs",
            "gpfs",
            "lustre",
            "ncpfs",
            "nfs",
            "nfs4",
            "orangefs",
            "smb3",
            "smbfs",
            // folders of the host in a virtual machine
            "prl_fs",
            "vboxsf",
            "virtiofs",
            "vmhgfs",
            // macOS, smbfs and nfs besides
            "afpfs",
            "webdav",
            UNC));

    /** File systems by programs; most others of this kind are local, such as fuse.mergerfs. */
    private static final Set<String> FUSE = Set.of(
            "blobfuse",
            "blobfuse2",
            "ceph",
            "curlftpfs",
            "davfs",
            "davfs2",
            "gcsfuse",
            "glusterfs",
            "goofys",
            "grpcfuse",
            "juicefs",
            "mfs",
            "mount-s3",
            "rclone",
            "s3fs",
            "smbnetfs",
            "sshfs",
            "vmhgfs-fuse");

    private NetworkFileSystems() {}

    /**
     * Refuses a directory, which need not exist yet, on a network file system that the configuration does not name.
     *
     * @throws StorageIoException that says which file system, and how to allow it
     * @throws ConfigException if the option names what is no network file system
     */
    static void refuse(Path directory, StorageConfig config) {
        refuse(directory, typeOf(directory), allowed(config.option(OPTION).orElse("")));
    }

    /** @param type as the operating system names it; case does not matter */
    static void refuse(Path directory, String type, Set<String> allowed) {
        String name = type.toLowerCase(Locale.ROOT);
        if (isNetwork(name) && !allowed.contains(name)) {
            throw new StorageIoException(
                    directory + " is on a network file system (" + name + "), where other machines may not see the"
                            + " store's lock, and what is acknowledged may not outlive the server. Use a local"
                            + " directory; or, if only one machine opens the store and the server keeps what it is"
                            + " told to, allow it with " + OPTION + "=" + name,
                    directory,
                    false,
                    null);
        }
    }

    /** The types that the option names, separated by commas. */
    static Set<String> allowed(String option) {
        Set<String> names = new TreeSet<>();
        for (String name : option.split(",", -1)) {
            String type = name.strip().toLowerCase(Locale.ROOT);
            if (!type.isEmpty() && !isNetwork(type)) {
                throw new ConfigException(OPTION + " names network file systems, separated by commas; '" + name
                        + "' is none of them. They are " + String.join(", ", TYPES) + ", and fuse. with "
                        + String.join(", ", new TreeSet<>(FUSE)));
            }
            names.add(type);
        }
        return names;
    }

    private static boolean isNetwork(String type) {
        return TYPES.contains(type) || (type.startsWith("fuse.") && FUSE.contains(type.substring("fuse.".length())));
    }

    private static String typeOf(Path directory) {
        Path root = directory.getRoot();
        if (root != null && root.toString().startsWith("\\\\")) {
            return UNC;
        }
        Path existing = directory;
        while (existing != null && !Files.exists(existing)) {
            existing = existing.getParent();
        }
        try {
            return existing == null ? "" : Files.getFileStore(existing).type();
        } catch (IOException e) {
            // inside of some containers: the mount is not listed
            Threads.LOG.info("Cannot tell the file system of {}; it is taken for a local one", directory, e);
            return "";
        }
    }
}
