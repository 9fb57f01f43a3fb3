package io.taskmover.storage.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.StorageIoException;
import io.taskmover.storage.file.FileStores;
import io.taskmover.storage.file.FileSystemBackend;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.testkit.disk.DiskFault.Call;
import io.taskmover.storage.testkit.disk.DiskFault.Failure;
import io.taskmover.storage.testkit.disk.DiskImage;
import io.taskmover.storage.testkit.disk.ModelDisk;
import io.taskmover.storage.testkit.disk.PowerCuts;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every call that the file backend makes of its disk fails, once or for good. Nothing but a typed exception comes of it,
 * nothing stays open, nothing is acknowledged after a failed force, and when the disk is well again the store has all
 * that was acknowledged. {@code make crash} does it for every call, the build for some.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class FaultTest {
    @ParameterizedTest
    @ValueSource(strings = {"entity", "lines"})
    void noFailingCallLosesWhatWasAcknowledgedInANewStore(String layout) {
        failEach(new Script(layout), DiskImage.EMPTY, 0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"entity", "lines"})
    void noFailingCallLosesWhatWasAcknowledgedInRecovery(String layout) {
        Script script = new Script(layout);
        DiskImage image = script.half();
        failEach(script, image, script.commitsUpTo(OpenedStore.open(image).state()));
    }

    /** A call that makes a directory can fail after it is made; who tries again finds it. */
    @Test
    void aDirectoryThatWasMadeAlthoughTheCallFailedIsForcedBeforeItsFilesCount() {
        ModelDisk disk = ModelDisk.of(DiskImage.EMPTY);
        try (FileSystemBackend store = Workload.open(disk, "sync", "entity")) {
            store.createTable(Workload.PEOPLE);
            Map<String, Integer> looks = new ConcurrentHashMap<>();
            disk.setFault((number, call, path) -> {
                // the second look at each: not whether it is there, but at its permissions once it is
                boolean fails = call == Call.STAT
                        && path.matches("/store/people/[0-9a-f]{2}")
                        && looks.merge(path, 1, Integer::sum) == 2;
                return fails ? Failure.INPUT_OUTPUT : null;
            });
            for (long i = 0; i < 20; i++) {
                store.write("people", WriteMode.INSERT, List.of(Row.of(Workload.PEOPLE.rowType(), i, "name" + i, i)));
                drain(store);
            }
            assertThat(looks.values()).filteredOn(count -> count >= 2).hasSizeGreaterThan(5);
            StoreState expected = StoreState.of(store);
            PowerCuts cuts = new PowerCuts(disk.start(), disk.log());
            while (cuts.next()) {
                // up to now
            }
            for (DiskImage image : cuts.images(16, 1)) {
                OpenedStore opened = OpenedStore.open(image);
                assertThat(opened.state())
                        .as(expected.difference(opened.state()))
                        .isEqualTo(expected);
            }
        }
    }

    private static void drain(FileSystemBackend store) {
        while (true) {
            try {
                FileStores.drain(store);
                return;
            } catch (StorageIoException e) {
                // it is tried again
                Thread.onSpinWait();
            }
        }
    }

    private void failEach(Script script, DiskImage image, int start) {
        Map<Long, OpenedStore> known = new ConcurrentHashMap<>();
        FaultRun sound = new FaultRun(script, image, start, known);
        assertThat(sound.run()).isFalse();
        int kinds = 2 * Failure.values().length;
        long all = sound.calls() * kinds;
        int every = Effort.of(89, 1);
        AtomicLong tried = new AtomicLong();
        AtomicLong failed = new AtomicLong();
        Effort.until(() -> tried.get() * every >= all, any -> {
            long number = tried.getAndIncrement() * every;
            Failure failure = Failure.values()[(int) (number % Failure.values().length)];
            boolean forGood = number / Failure.values().length % 2 == 0;
            if (new FaultRun(script, image, start, known)
                    .failing(number / kinds, forGood, failure)
                    .run()) {
                failed.incrementAndGet();
            }
        });
        System.out.printf(
                "%d calls of the disk, %d runs, a call failed in %d; %d distinct images opened%n",
                sound.calls(), tried.get(), failed.get(), known.size());
        assertThat(failed.get()).isGreaterThan(tried.get() / 3);
    }
}
