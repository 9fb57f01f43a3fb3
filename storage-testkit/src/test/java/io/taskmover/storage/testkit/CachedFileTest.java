package io.taskmover.storage.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.Repository;
import io.taskmover.storage.Storage;
import io.taskmover.storage.backend.CommitOrigin;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CachedFileTest extends CachedStoreContract {
    @Override
    protected String url(Path directory) {
        return "file:" + directory.resolve("store");
    }

    @Test
    void whatAPersonEditsIsReadAnew(@TempDir Path edited) throws Exception {
        try (Storage storage = Storage.open(url(edited))) {
            storage.repository(Note.class, String.class).save(new Note("a", "anna", 1));
        }
        try (Storage storage = Storage.open(url(edited) + "?cache=true")) {
            Repository<Note, String> notes = storage.repository(Note.class, String.class);
            assertThat(notes.findById("a")).isPresent();
            CountDownLatch committed = new CountDownLatch(1);
            storage.backend().onCommit((origin, changes) -> {
                if (origin == CommitOrigin.EXTERNAL) {
                    committed.countDown();
                }
            });
            Path file = edited.resolve("store").resolve("note").resolve("a.json");
            Files.writeString(file, Files.readString(file).replace("anna", "bert"));
            assertThat(committed.await(20, TimeUnit.SECONDS)).isTrue();
            assertThat(notes.findById("a")).contains(new Note("a", "bert", 1));
        }
    }
}
