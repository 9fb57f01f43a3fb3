package io.taskmover.storage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.config.StorageConfig;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class FileCommandsTest extends StoreCommandsContract {
    @Override
    String url(Path place) {
        return "file:" + place;
    }

    @Test
    void aStoreThatAnotherOneHoldsIsLocked() {
        String url = url(directory.resolve("store"));
        try (StorageBackend holder = StorageBackend.open(StorageConfig.of(url))) {
            assertThat(Shell.run("tables", url + "?timeout=100ms").failure(ExitCode.LOCKED))
                    .contains(Long.toString(ProcessHandle.current().pid()));
            assertThat(holder.verify().clean()).isTrue();
        }
    }
}
