package io.taskmover.storage.file;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A force did not succeed. What is on the disk is unknown from then on, and a second force may report success for
 * pages that the kernel has dropped (Rebello et al., "Can Applications Recover from fsync Failures?", 2020): the store
 * must not acknowledge anything more.
 */
final class ForceFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Path path;

    ForceFailedException(Path path, IOException cause) {
        super(cause.getMessage(), cause);
        this.path = path;
    }

    Path path() {
        return path;
    }
}
