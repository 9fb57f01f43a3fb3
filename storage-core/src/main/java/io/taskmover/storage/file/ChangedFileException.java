package io.taskmover.storage.file;

import java.io.IOException;
import java.nio.file.Path;

/** A file is not what the store wrote because someone else changed or removed it. */
final class ChangedFileException extends IOException {
    private static final long serialVersionUID = 1L;

    private final transient Path file;

    ChangedFileException(Path file, String what) {
        super(file + " " + what);
        this.file = file;
    }

    Path file() {
        return file;
    }
}
