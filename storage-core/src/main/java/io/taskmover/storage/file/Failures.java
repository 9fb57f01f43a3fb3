package io.taskmover.storage.file;

import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.error.StorageIoException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Makes storage exceptions that say what was tried, where, and what to do. */
final class Failures {
    private Failures() {}

    /** @param tried completes "Cannot …": {@code "write the journal"} */
    static StorageIoException io(String tried, Path path, IOException cause) {
        boolean full = isDiskFull(cause);
        return new StorageIoException(
                "Cannot " + tried + " " + path + ": "
                        + (full ? "no space is left; free some and retry" : reason(cause)),
                path,
                full,
                cause);
    }

    static CorruptionException corrupt(Path path, String problem, @Nullable Throwable cause) {
        return new CorruptionException(path + " is damaged: " + problem, path.toString(), cause);
    }

    static CorruptionException corruptAt(Path path, long offset, String problem) {
        return new CorruptionException(
                path + " is damaged at offset " + offset + ": " + problem, path + " at offset " + offset, null);
    }

    /** Java has no type for a full disk or an exhausted quota; the texts are those of Linux, macOS and Windows. */
    static boolean isDiskFull(IOException cause) {
        String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        return text.contains("no space left")
                || text.contains("enospc")
                || text.contains("not enough space")
                || text.contains("quota exceeded");
    }

    private static String reason(IOException cause) {
        if (cause instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (cause instanceof NoSuchFileException) {
            return "it does not exist";
        }
        String text = cause instanceof FileSystemException e ? e.getReason() : cause.getMessage();
        return text == null ? cause.getClass().getSimpleName() : text;
    }
}
