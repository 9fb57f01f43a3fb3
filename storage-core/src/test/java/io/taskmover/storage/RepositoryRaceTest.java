package io.taskmover.storage;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Calls outside of transactions are no conflicts for one another. */
class RepositoryRaceTest {
    record Note(String id, String kind, int number) {}

    private static final int THREADS = 4;
    private final Storage storage = Storage.open("memory:");
    private final ExecutorService pool = Executors.newFixedThreadPool(THREADS);

    @AfterEach
    void close() {
        pool.shutdown();
        storage.close();
    }

    private interface Work {
        void run(int thread) throws Exception;
    }

    private void together(Work work) throws Exception {
        CountDownLatch start = new CountDownLatch(1);
        List<Future<?>> all = new ArrayList<>();
        for (int thread = 0; thread < THREADS; thread++) {
            int number = thread;
            all.add(pool.submit(() -> {
                start.await();
                work.run(number);
                return null;
            }));
        }
        start.countDown();
        for (Future<?> each : all) {
            each.get();
        }
    }

    @Test
    void manyThreadsMayAskForARepositoryWhoseTableIsMissing() throws Exception {
        together(thread -> storage.repository(Note.class, String.class).save(new Note("n" + thread, "x", thread)));
        assertThat(storage.repository(Note.class, String.class).count()).isEqualTo(THREADS);
    }

    @Test
    void removalsByConditionAndSavesOfTheSameRowsDoNotFail() throws Exception {
        Repository<Note, String> notes = storage.repository(Note.class, String.class);
        together(thread -> {
            for (int i = 0; i < 300; i++) {
                notes.save(new Note("n" + i % 10, "x", i));
                if (thread == 0) {
                    notes.deleteAll(Map.of("kind", "x"));
                }
            }
        });
        notes.deleteAll(Map.of("kind", "x"));
        assertThat(notes.count()).isZero();
    }
}
