package io.taskmover.storage.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.testkit.disk.DiskFault.Failure;
import io.taskmover.storage.testkit.disk.DiskImage;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
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
