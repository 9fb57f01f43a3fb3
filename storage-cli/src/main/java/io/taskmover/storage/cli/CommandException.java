package io.taskmover.storage.cli;

import org.jspecify.annotations.Nullable;

/** A command cannot do its work, for a reason that people can understand from one line. */
final class CommandException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ExitCode code;

    CommandException(ExitCode code, String message) {
        this(code, message, null);
    }

    CommandException(ExitCode code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
    }

    ExitCode code() {
        return code;
    }
}
