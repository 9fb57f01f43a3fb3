package io.taskmover.storage.testkit;

import io.taskmover.storage.error.StorageException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntFunction;

/** Runs work on threads that start together, and hands on what they return or throw. */
final class Concurrently {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private Concurrently() {}

    /** The results of one task for each number below {@code threads}; the first failure is thrown. */
    static <R> List<R> run(int threads, IntFunction<Callable<R>> task) throws Exception {
        return run(threads, PATIENCE, task);
    }

    /** The same, of tasks that take longer: no result is waited for longer than {@code patience}. */
    static <R> List<R> run(int threads, Duration patience, IntFunction<Callable<R>> task) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            CountDownLatch ready = new CountDownLatch(threads);
            List<Future<R>> futures = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                Callable<R> work = task.apply(i);
                futures.add(pool.submit(() -> {
                    ready.countDown();
                    ready.await();
                    return work.call();
                }));
            }
            List<R> results = new ArrayList<>();
            for (Future<R> future : futures) {
                results.add(result(future, patience));
            }
            return results;
        } finally {
            pool.shutdownNow();
        }
    }

    private static <R> R result(Future<R> future, Duration patience) throws Exception {
        try {
            return future.get(patience.toSeconds(), TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Exception failure) {
                throw failure;
            }
            throw new AssertionError(e.getCause());
        } catch (TimeoutException e) {
            throw new AssertionError("A thread is still at work after " + patience, e);
        }
    }

    /** Does work until it throws nothing that says it may be retried. */
    static <R> R retrying(Callable<R> work) throws Exception {
        for (int attempt = 0; ; attempt++) {
            try {
                return work.call();
            } catch (StorageException e) {
                if (!e.retryable() || attempt == 10_000) {
                    throw e;
                }
            }
        }
    }
}
