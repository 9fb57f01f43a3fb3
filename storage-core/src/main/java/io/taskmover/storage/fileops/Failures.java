package io.taskmover.storage.fileops;

import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.StorageIoException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Locale;

/** Makes storage exceptions that say what was tried, where, and what to do. */
final class Failures {
    /** What a conflict names as its table: none is concerned. */
    private static final String FILES = "files";

    private Failures() {}

    /** @param tried completes "Cannot …" */
    static StorageIoException io(String tried, Path path, IOException cause) {
        boolean full = isDiskFull(cause);
        return new StorageIoException(
                "Cannot " + tried + ": " + (full ? "no space is left; free some and retry" : reason(cause)),
                path,
                full,
                cause);
    }

    static StorageIoException missing(Path path, String whatToDo) {
        return new StorageIoException(
                path + " does not exist; " + whatToDo, path, false, new NoSuchFileException(path.toString()));
    }

    static StorageIoException exists(Path path, String whatToDo) {
        return new StorageIoException(
                path + " exists already; " + whatToDo, path, false, new FileAlreadyExistsException(path.toString()));
    }

    static StorageIoException refused(Path path, String problem) {
        return new StorageIoException(path + " " + problem, path, false, null);
    }

    static ConflictException conflict(String message, Path path) {
        return new ConflictException(message, FILES, path, null, null);
    }

    /** Java has no type for a full disk or an exhausted quota; the texts are those of Linux, macOS and Windows. */
    private static boolean isDiskFull(IOException cause) {
        String text = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
        return text.contains("no space left")
                || text.contains("enospc")
                || text.contains("not enough space")
                || text.contains("quota exceeded");
    }

    private static String reason(IOException cause) {
        if (cause instanceof AccessDeniedException) {
            return "permission denied for " + cause.getMessage();
        }
        if (cause instanceof NoSuchFileException) {
            return cause.getMessage() + " does not exist";
        }
        if (cause instanceof AtomicMoveNotSupportedException) {
            return "the file system does not rename between these two places, although it says that they are in one";
        }
        String text = cause instanceof FileSystemException e ? e.getReason() : cause.getMessage();
        return text == null ? cause.getClass().getSimpleName() : text;
    }
}
