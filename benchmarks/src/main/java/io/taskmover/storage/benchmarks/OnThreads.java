package io.taskmover.storage.benchmarks;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Does something with one row after the other, for a time, on several threads. */
final class OnThreads {
    private OnThreads() {}

    /** What is done with a row; {@code random} is the thread's. */
    interface Work {
        void with(int row, SplittableRandom random) throws Exception;
    }

    /** Does something on each of several threads; returns when all have ended. */
    static void all(int threads, Callable<?> work) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            for (Future<?> done : pool.invokeAll(Collections.nCopies(threads, work))) {
                done.get();
            }
        } finally {
            pool.shutdown();
        }
    }

    /** Thread {@code t} takes, at random, the rows whose number leaves {@code t}. Returns how often something was done. */
    static long count(int threads, int rows, long nanos, Work work) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            long end = System.nanoTime() + nanos;
            List<Future<Long>> counts = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                int thread = i;
                counts.add(pool.submit(() -> {
                    SplittableRandom random = new SplittableRandom(thread);
                    long count = 0;
                    do {
                        work.with(random.nextInt(rows / threads) * threads + thread, random);
                        count++;
                    } while (System.nanoTime() < end);
                    return count;
                }));
            }
            long sum = 0;
            for (Future<Long> count : counts) {
                sum += count.get();
            }
            return sum;
        } finally {
            pool.shutdown();
        }
    }
}
