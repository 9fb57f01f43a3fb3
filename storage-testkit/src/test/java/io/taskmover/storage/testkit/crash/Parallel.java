package io.taskmover.storage.testkit.crash;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Runs work on threads of its own and throws what failed first. */
final class Parallel {
    private Parallel() {}

    static void run(Collection<? extends Runnable> work) {
        ExecutorService threads = Executors.newFixedThreadPool(work.size());
        try {
            List<Future<?>> ends = new ArrayList<>();
            work.forEach(task -> ends.add(threads.submit(task)));
            for (Future<?> end : ends) {
                end.get();
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof Error error) {
                throw error;
            }
            throw new AssertionError(e.getCause());
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            threads.shutdownNow();
        }
    }
}
