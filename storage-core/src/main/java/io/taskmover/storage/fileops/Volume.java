package io.taskmover.storage.fileops;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** What file systems differ in, so that tests can have it otherwise than the machine they run on. */
class Volume {

    /** Whether a rename can lead from one to the other; both exist. */
    boolean isSameStore(Path one, Path other) throws IOException {
        return Files.getFileStore(one).equals(Files.getFileStore(other));
    }

    /**
     * Gives a file a second name; one that exists is an error and stays.
     *
     * @throws UnsupportedOperationException if that cannot be done here
     */
    void link(Path name, Path file) throws IOException {
        Files.createLink(name, file);
    }

    /** Returns when the names in a directory are durable. */
    void forceDirectory(Path directory) throws IOException {
        // Windows can neither open a directory as a file nor needs it: NTFS logs its names
        if (!directory.getFileSystem().getSeparator().equals("\\")) {
            try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
                channel.force(true);
            }
        }
    }
}
