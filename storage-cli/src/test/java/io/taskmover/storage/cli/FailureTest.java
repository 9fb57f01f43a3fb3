package io.taskmover.storage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.ConnectionException;
import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.LockedException;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.StorageIoException;
import io.taskmover.storage.error.StorageTimeoutException;
import io.taskmover.storage.error.UnsupportedException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class FailureTest {

    @ParameterizedTest
    @MethodSource("failures")
    void eachKindOfFailureHasItsExitCode(Throwable e, ExitCode expected) {
        assertThat(Failure.of(e).code()).isEqualTo(expected);
    }

    static Stream<Arguments> failures() {
        Path path = Path.of("p");
        return Stream.of(
                Arguments.of(new LockedException("m"), ExitCode.LOCKED),
                Arguments.of(new CorruptionException("m", "p", null), ExitCode.CORRUPT),
                Arguments.of(new DuplicateKeyException("m", "t", 1, null, null), ExitCode.DUPLICATE),
                Arguments.of(new ConflictException("m", "t", 1, null, null), ExitCode.CONFLICT),
                Arguments.of(new SchemaException("m"), ExitCode.WRONG_TYPE),
                Arguments.of(new ConnectionException("m"), ExitCode.UNREACHABLE),
                Arguments.of(new ConnectionException("m", new AccessDeniedException("p")), ExitCode.NO_PERMISSION),
                Arguments.of(new StorageTimeoutException("m"), ExitCode.UNREACHABLE),
                Arguments.of(new UnsupportedException("m"), ExitCode.UNSUPPORTED),
                Arguments.of(new StorageException("m"), ExitCode.IO),
                Arguments.of(new StorageIoException("m", path, true, null), ExitCode.DISK_FULL),
                Arguments.of(
                        new StorageIoException("m", path, false, new AccessDeniedException("p")),
                        ExitCode.NO_PERMISSION),
                Arguments.of(new StorageIoException("m", path, false, null), ExitCode.IO),
                Arguments.of(new NoSuchFileException("p"), ExitCode.NO_SUCH_FILE),
                Arguments.of(new AccessDeniedException("p"), ExitCode.NO_PERMISSION),
                Arguments.of(new FileSystemException("p", null, "No space left on device"), ExitCode.DISK_FULL),
                Arguments.of(new UncheckedIOException(new IOException("Broken pipe")), ExitCode.BROKEN_PIPE),
                Arguments.of(new OutOfMemoryError(), ExitCode.FAILURE),
                Arguments.of(new IllegalStateException("m"), ExitCode.FAILURE));
    }

    @Test
    void aMessageIsOneLine() {
        assertThat(Failure.of(new StorageException("first\n  second\r\nthird")).message())
                .isEqualTo("first second third");
    }
}
