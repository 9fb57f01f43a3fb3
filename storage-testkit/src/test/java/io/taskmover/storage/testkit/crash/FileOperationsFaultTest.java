package io.taskmover.storage.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.testkit.crash.FolderWorker.Episode;
import io.taskmover.storage.testkit.disk.DiskFault.Failure;
import io.taskmover.storage.testkit.disk.DiskImage;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Every call that transactions on files make of their disk fails, once or for good. Nothing but a typed exception comes
 * of it, nothing stays open; what was acknowledged is there, what failed is undone or in doubt, and on the healed disk
 * everything ends without anything left over. {@code make crash} does it for every call, the build for some.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class FileOperationsFaultTest {
    @ParameterizedTest
    @ValueSource(longs = {2, 7, 11, 24})
    void noFailingCallLosesAFileOrLeavesHalfATransaction(long seed) {
        DiskImage start = FolderTree.fresh(1);
        FolderFaultRun sound = new FolderFaultRun(start, seed);
        assertThat(sound.run(null)).isFalse();
        List<Episode> episodes = List.copyOf(sound.episodes());
        int kinds = 2 * Failure.values().length;
        long all = sound.calls() * kinds;
        int every = Effort.of(37, 1);
        AtomicLong tried = new AtomicLong();
        AtomicLong failed = new AtomicLong();
        Effort.until(() -> tried.get() * every >= all, any -> {
            long number = tried.getAndIncrement() * every;
            Failure failure = Failure.values()[(int) (number % Failure.values().length)];
            boolean forGood = number / Failure.values().length % 2 == 0;
            if (new FolderFaultRun(start, seed)
                    .failing(number / kinds, forGood, failure)
                    .run(episodes)) {
                failed.incrementAndGet();
            }
        });
        System.out.printf(
                "%d calls of the disk, %d runs, a call failed in %d%n", sound.calls(), tried.get(), failed.get());
        assertThat(failed.get()).isGreaterThan(tried.get() / 3);
    }
}
