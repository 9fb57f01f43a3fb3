package io.taskmover.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.MappingException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.mapping.Alias;
import io.taskmover.storage.mapping.Entity;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvolutionTest {
    @TempDir
    Path directory;

    record OldNote(String id, String text, int size) {}

    record Note(String id, @Alias("text") String body, double size) {}

    @Test
    void aliasesAndWiderNumbersNeedNoWriting() {
        String url = "file:" + directory.resolve("store");
        try (Storage storage = Storage.open(url)) {
            storage.repository(Entity.of(OldNote.class, String.class).table("note"))
                    .save(new OldNote("a", "x", 5));
        }
        try (Storage storage =
                Storage.open(StorageConfig.builder(url).option("mode", "ro").build())) {
            Repository<Note, String> notes = storage.repository(Note.class, String.class);
            assertThat(notes.findAll(Map.of("body", "x", "size", 5.0))).containsExactly(new Note("a", "x", 5));
            assertThatThrownBy(() -> notes.save(new Note("a", "y", 5))).isInstanceOf(UnsupportedException.class);
        }
    }

    enum NewState {
        OPEN,
        PARKED,
        LATE
    }

    enum State {
        OPEN
    }

    record NewJob(String id, @Nullable NewState state) {}

    record Job(String id, @Nullable State state) {}

    private static List<String> warnings(LogListener log) {
        return log.messages().stream()
                .filter(message -> message.contains("no constant"))
                .toList();
    }

    @Test
    void anUnknownConstantIsToldToTheLogOnce() {
        try (LogListener log = new LogListener(Storage.class);
                Storage storage = Storage.open("memory:");
                Storage other = Storage.open("memory:")) {
            storage.repository(Entity.of(NewJob.class, String.class).table("job"))
                    .saveAll(List.of(
                            new NewJob("a", NewState.PARKED),
                            new NewJob("b", NewState.PARKED),
                            new NewJob("c", NewState.LATE),
                            new NewJob("d", NewState.OPEN)));
            Repository<Job, String> jobs = storage.repository(Job.class, String.class);
            assertThat(jobs.findAll()).hasSize(4);
            assertThat(storage.repository(Job.class, String.class).findAll()).hasSize(4);
            assertThat(warnings(log)).hasSize(2);
            assertThat(warnings(log).get(0)).contains("'a'", "'job'", "'PARKED'", "'state'", "State", "@Alias");
            assertThat(warnings(log).get(1)).contains("'c'", "'LATE'");
            assertThat(jobs.unknownConstants()).hasSize(2);
            // of the same class, which both share, the one knows nothing of the other
            assertThat(other.repository(Job.class, String.class).unknownConstants())
                    .isEmpty();
        }
    }

    record Free(String id, @Nullable String state) {}

    @Test
    void whatIsNoEnumAtAllIsReportedAHundredTimes() {
        try (Storage storage = Storage.open("memory:")) {
            List<Free> rows = new ArrayList<>();
            for (int i = 100; i < 350; i++) {
                rows.add(new Free("r" + i, "S" + i));
            }
            storage.repository(Entity.of(Free.class, String.class).table("job")).saveAll(rows);
            Repository<Job, String> jobs = storage.repository(Job.class, String.class);
            assertThat(jobs.findAll()).hasSize(250).allMatch(job -> job.state() == null);
            assertThat(jobs.unknownConstants()).hasSize(100);
            assertThat(jobs.unknownConstants().get(0).constant()).isEqualTo("S100");
        }
    }

    record Strict(String id, State state) {
        Strict {
            Objects.requireNonNull(state, "a job has a state");
        }
    }

    @Test
    void aClassThatTakesNoNullFailsTheRow() {
        try (Storage storage = Storage.open("memory:")) {
            storage.repository(Entity.of(NewJob.class, String.class).table("strict"))
                    .save(new NewJob("a", NewState.LATE));
            Repository<Strict, String> strict = storage.repository(Strict.class, String.class);
            assertThatThrownBy(() -> strict.findById("a"))
                    .isInstanceOf(MappingException.class)
                    .hasMessageContainingAll("'a'", "a job has a state");
        }
    }

    sealed interface Animal {}

    record Cat(String id, @Nullable State state) implements Animal {}

    sealed interface NewAnimal {}

    record Dog(String id, NewState state) implements NewAnimal {}

    @Test
    void anUnknownClassOfASealedTypeIsAnError() {
        try (Storage storage = Storage.open("memory:")) {
            storage.repository(Entity.of(NewAnimal.class, String.class).table("animal"))
                    .save(new Dog("a", NewState.OPEN));
            Repository<Animal, String> animals =
                    storage.repository(Entity.of(Animal.class, String.class).table("animal"));
            assertThatThrownBy(animals::findAll)
                    .isInstanceOf(MappingException.class)
                    .hasMessageContainingAll("'Dog'", "animal");
        }
    }
}
