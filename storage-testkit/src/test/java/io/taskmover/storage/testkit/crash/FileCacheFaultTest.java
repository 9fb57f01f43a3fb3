package io.taskmover.storage.testkit.crash;

import static io.taskmover.storage.testkit.crash.CacheWorkload.BOOT;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.cache.FileCache;
import io.taskmover.storage.error.StorageIoException;
import io.taskmover.storage.testkit.disk.DiskFault;
import io.taskmover.storage.testkit.disk.DiskFault.Call;
import io.taskmover.storage.testkit.disk.DiskFault.Failure;
import io.taskmover.storage.testkit.disk.DiskImage;
import io.taskmover.storage.testkit.disk.ModelDisk;
import java.util.EnumSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Every call that a cache makes of its disk fails, once or from then on. It goes on without a word to the caller; what it
 * finds is what was set last, or nothing, also after it is killed and opened again. {@code make crash} does it for every
 * call, the build for some.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class FileCacheFaultTest {
    private static final long SMALL = 16 << 10;
    private static final int CHANGES = 150;

    /** Which calls fail from some call on. */
    enum Fault {
        /** That one, by EIO. */
        ONCE(EnumSet.allOf(Call.class), Failure.INPUT_OUTPUT, true),
        /** That one, in half. */
        HALF_ONCE(EnumSet.of(Call.WRITE), Failure.SHORT_WRITE, true),
        /** All that take room: the disk is full. */
        FULL(EnumSet.of(Call.WRITE, Call.CREATE, Call.RESIZE), Failure.NO_SPACE, false),
        /** All writes; half of each is done before. */
        NOT_WRITING(EnumSet.of(Call.WRITE), Failure.INPUT_OUTPUT, false),
        /** All that remove something. */
        NOT_REMOVING(EnumSet.of(Call.DELETE), Failure.INPUT_OUTPUT, false),
        NOT_READING(EnumSet.of(Call.READ), Failure.INPUT_OUTPUT, false),
        NOT_FORCING(EnumSet.of(Call.FORCE, Call.FORCE_DIRECTORY), Failure.INPUT_OUTPUT, false);

        private final Set<Call> calls;
        private final Failure failure;
        private final boolean once;

        Fault(Set<Call> calls, Failure failure, boolean once) {
            this.calls = calls;
            this.failure = failure;
            this.once = once;
        }

        DiskFault from(long call, AtomicLong failed) {
            return (number, what, path) -> {
                boolean fails = calls.contains(what) && (once ? number == call : number >= call);
                if (fails) {
                    failed.incrementAndGet();
                }
                return fails ? failure : null;
            };
        }
    }

    @ParameterizedTest
    @EnumSource
    void noCallThatFailsIsToldToTheCallerOrBringsBackWhatWasReplaced(Fault fault) {
        AtomicLong runs = new AtomicLong();
        AtomicLong failed = new AtomicLong();
        AtomicLong refused = new AtomicLong();
        AtomicLong found = new AtomicLong();
        long calls = calls(1);
        int every = Effort.of(13, 1);
        Effort.until(() -> runs.get() * every >= calls, any -> {
            long run = runs.getAndIncrement();
            long call = run * every;
            ModelDisk disk = ModelDisk.of(DiskImage.EMPTY);
            AtomicLong failures = new AtomicLong();
            disk.setFault(fault.from(call, failures));
            CacheWorkload workload = new CacheWorkload(disk, SMALL, 1);
            for (int opening = 0; opening < 2; opening++) {
                try (FileCache<String, String> cache = workload.open(BOOT)) {
                    workload.run(cache, CHANGES);
                    DiskImage killed = disk.image();
                    try (FileCache<String, String> again = CacheWorkload.open(killed, SMALL, BOOT)) {
                        found.addAndGet(workload.expected().check(again));
                    }
                } catch (StorageIoException e) {
                    assertThat(e).hasMessageContaining(CacheWorkload.DIRECTORY);
                    refused.incrementAndGet();
                }
                assertThat(disk.openHandles()).isZero();
            }
            disk.setFault(DiskFault.NONE);
            try (FileCache<String, String> healed = workload.open(BOOT)) {
                found.addAndGet(workload.expected().check(healed));
                healed.set("healed", "x");
                assertThat(healed.get("healed")).isEqualTo("x");
            }
            failed.addAndGet(failures.get() > 0 ? 1 : 0);
        });
        System.out.printf(
                "%s: %d calls of the disk, %d runs, a call failed in %d, not opened %d times, %d values found%n",
                fault, calls, runs.get(), failed.get(), refused.get(), found.get());
        assertThat(failed.get()).isPositive();
        assertThat(found.get()).isPositive();
    }

    private static long calls(long seed) {
        ModelDisk disk = ModelDisk.of(DiskImage.EMPTY);
        CacheWorkload workload = new CacheWorkload(disk, SMALL, seed);
        for (int opening = 0; opening < 2; opening++) {
            try (FileCache<String, String> cache = workload.open(BOOT)) {
                workload.run(cache, CHANGES);
            }
        }
        assertThat(workload.hits()).isPositive();
        return disk.calls();
    }
}
