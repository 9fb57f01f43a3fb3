package io.taskmover.storage.cli;

import io.taskmover.storage.cli.input.BadRecordException;
import io.taskmover.storage.cli.load.CancelledException;
import io.taskmover.storage.cli.load.IncompleteUndoException;
import io.taskmover.storage.error.ConfigException;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.ConnectionException;
import io.taskmover.storage.error.ConstraintException;
import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.LockedException;
import io.taskmover.storage.error.MigrationException;
import io.taskmover.storage.error.NotFoundException;
import io.taskmover.storage.error.QueryException;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.StorageIoException;
import io.taskmover.storage.error.StorageTimeoutException;
import io.taskmover.storage.error.UnsupportedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.exc.JacksonIOException;

/**
 * Why a command failed, in one line.
 *
 * @param code what the shell is told
 * @param message what people are told
 */
record Failure(ExitCode code, String message) {
    private static final Map<Class<? extends StorageException>, ExitCode> CODES = Map.ofEntries(
            Map.entry(ConfigException.class, ExitCode.BAD_URL),
            Map.entry(ConflictException.class, ExitCode.CONFLICT),
            Map.entry(ConnectionException.class, ExitCode.UNREACHABLE),
            Map.entry(ConstraintException.class, ExitCode.WRONG_TYPE),
            Map.entry(CorruptionException.class, ExitCode.CORRUPT),
            Map.entry(DuplicateKeyException.class, ExitCode.DUPLICATE),
            Map.entry(LockedException.class, ExitCode.LOCKED),
            Map.entry(MigrationException.class, ExitCode.MIGRATION),
            Map.entry(NotFoundException.class, ExitCode.NO_SUCH_ROW),
            Map.entry(QueryException.class, ExitCode.BAD_QUERY),
            Map.entry(SchemaException.class, ExitCode.WRONG_TYPE),
            Map.entry(StorageTimeoutException.class, ExitCode.UNREACHABLE),
            Map.entry(UnsupportedException.class, ExitCode.UNSUPPORTED));

    /** The failure that an exception means. */
    static Failure of(Throwable e) {
        Failure failure = classify(e);
        StringBuilder message = new StringBuilder(failure.message.replaceAll("\\s*\\R\\s*", " "));
        for (Throwable suppressed : e.getSuppressed()) {
            if (suppressed instanceof IncompleteUndoException) {
                message.append("; ").append(suppressed.getMessage());
            }
        }
        return new Failure(failure.code, message.toString());
    }

    private static Failure classify(Throwable e) {
        if (e instanceof CommandException command) {
            return new Failure(command.code(), text(e));
        }
        if (e instanceof BadRecordException bad) {
            return new Failure(
                    switch (bad.kind()) {
                        case MALFORMED -> ExitCode.MALFORMED;
                        case DUPLICATE -> ExitCode.DUPLICATE;
                        case WRONG_TYPE -> ExitCode.WRONG_TYPE;
                        case UNKNOWN_FIELD -> ExitCode.UNKNOWN_FIELD;
                    },
                    text(e) + "; nothing was imported");
        }
        if (e instanceof CancelledException) {
            return new Failure(ExitCode.INTERRUPTED, text(e));
        }
        if (e instanceof StorageException storage) {
            return ofStorage(storage);
        }
        if (e instanceof IOException io) {
            return ofIo(io);
        }
        if (e instanceof JacksonIOException && ioCause(e) != null) {
            // the JSON writer wraps what its stream throws
            return ofIo(Objects.requireNonNull(ioCause(e)));
        }
        if (e instanceof UncheckedIOException unchecked) {
            return ofIo(Objects.requireNonNull(unchecked.getCause()));
        }
        if (e instanceof InvalidPathException) {
            return new Failure(ExitCode.NO_SUCH_FILE, text(e));
        }
        if (e instanceof OutOfMemoryError) {
            return new Failure(ExitCode.FAILURE, "out of memory; give Java more with STORAGE_JAVA_OPTS=-Xmx4g");
        }
        return new Failure(
                ExitCode.FAILURE,
                "unexpected " + e.getClass().getSimpleName() + ": " + text(e) + " (--debug shows where)");
    }

    private static Failure ofStorage(StorageException e) {
        if (e instanceof StorageIoException io && io.diskFull()) {
            return new Failure(ExitCode.DISK_FULL, text(e));
        }
        ExitCode code = CODES.get(e.getClass());
        IOException cause = ioCause(e);
        if (cause != null && (code == null || code == ExitCode.UNREACHABLE)) {
            return new Failure(ofIo(cause).code, text(e));
        }
        if (e instanceof StorageIoException io && Files.exists(io.path()) && !Files.isWritable(io.path())) {
            // a driver says no more than that it is read-only
            return new Failure(ExitCode.NO_PERMISSION, text(e));
        }
        return new Failure(code == null ? ExitCode.IO : code, text(e));
    }

    private static @Nullable IOException ioCause(Throwable e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException io) {
                return io;
            }
        }
        return null;
    }

    private static Failure ofIo(IOException e) {
        String text = text(e);
        String lower = text.toLowerCase(Locale.ROOT);
        if (e instanceof NoSuchFileException missing) {
            String kind = "no such directory".equals(missing.getReason()) ? "directory" : "file";
            return new Failure(ExitCode.NO_SUCH_FILE, "there is no " + kind + " '" + missing.getFile() + "'");
        }
        if (e instanceof AccessDeniedException denied) {
            return new Failure(ExitCode.NO_PERMISSION, "no permission for '" + denied.getFile() + "'");
        }
        if (lower.contains("no space left") || lower.contains("not enough space") || lower.contains("quota exceeded")) {
            return new Failure(ExitCode.DISK_FULL, "no space is left on the disk: " + text);
        }
        if (lower.contains("broken pipe") || lower.contains("pipe is being closed")) {
            return new Failure(ExitCode.BROKEN_PIPE, text);
        }
        if (lower.contains("permission denied")) {
            return new Failure(ExitCode.NO_PERMISSION, text);
        }
        String reason = e instanceof FileSystemException fs && fs.getReason() == null
                ? e.getClass().getSimpleName() + ": " + text
                : text;
        return new Failure(ExitCode.IO, reason);
    }

    private static String text(Throwable e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }
}
