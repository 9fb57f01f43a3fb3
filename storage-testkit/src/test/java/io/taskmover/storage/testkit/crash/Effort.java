package io.taskmover.storage.testkit.crash;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/** How much is proved: enough for every build, or all of it ({@code make crash}). */
final class Effort {
    private static final boolean WHOLE = Boolean.getBoolean("crash");
    /** More than there are processors: opening a store waits for its threads. */
    private static final int THREADS = 2 * Runtime.getRuntime().availableProcessors();

    private Effort() {}

    /** One figure for every build, another for {@code make crash}. */
    static int of(int everyBuild, int whole) {
        return WHOLE ? whole : everyBuild;
    }

    /** Does work for one seed after the other, several at a time, until it is enough. */
    static void until(BooleanSupplier enough, LongConsumer work) {
        AtomicLong seeds = new AtomicLong();
        List<Runnable> threads = new ArrayList<>();
        for (int i = 0; i < THREADS; i++) {
            threads.add(() -> {
                while (!enough.getAsBoolean() && !Thread.currentThread().isInterrupted()) {
                    work.accept(seeds.incrementAndGet());
                }
            });
        }
        Parallel.run(threads);
    }
}
