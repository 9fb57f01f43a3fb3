package io.taskmover.storage.file;

import static io.taskmover.storage.file.StoreFixture.open;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.LockedException;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.MalformedURLException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class StoreLockTest {
    private static final long PID = ProcessHandle.current().pid();

    @TempDir
    Path directory;

    @Test
    void aStoreIsTheSameByWhateverPath() throws IOException {
        Path root = Files.createDirectory(directory.resolve("store"));
        Path link = Files.createSymbolicLink(directory.resolve("link"), root);
        Path above = Files.createSymbolicLink(directory.resolve("above"), directory);
        try (FileSystemBackend store = open(root)) {
            assertThat(store.verify().problems()).isEmpty();
            for (Path path : List.of(root, link, above.resolve("store"), root.resolve("../link/../store"))) {
                assertThatThrownBy(() -> open(path))
                        .as(path.toString())
                        .isInstanceOf(LockedException.class)
                        .hasMessageContaining(path.normalize().toString())
                        .hasMessageContaining("open already in this process (process " + PID);
            }
        }
        open(link).close();
    }

    @Test
    void anAttemptInTheSameProcessDoesNotLetOthersIn() throws Exception {
        try (FileSystemBackend store = open(directory)) {
            assertThat(store.verify().problems()).isEmpty();
            assertThatThrownBy(() -> open(directory)).isInstanceOf(LockedException.class);
            assertThat(anotherProcess()).contains("in use by process " + PID);
        }
        assertThat(anotherProcess()).isEqualTo("open");
    }

    /** As in a server whose applications bring the library along, each for itself. */
    @Test
    void norDoesOneThroughAnotherClassLoader() throws Exception {
        try (URLClassLoader loader = new URLClassLoader(classPath(), ClassLoader.getPlatformClassLoader())) {
            try (FileSystemBackend store = open(directory)) {
                assertThat(store.verify().problems()).isEmpty();
                for (int i = 0; i < 2; i++) {
                    assertThatThrownBy(() -> openWith(loader))
                            .isInstanceOf(InvocationTargetException.class)
                            .cause()
                            .hasToString(LockedException.class.getName() + ": The store " + directory
                                    + " is open already in this process (process " + PID
                                    + "); use that one, or close it first");
                    assertThat(anotherProcess()).contains("in use by process " + PID);
                }
            }
            AutoCloseable other = openWith(loader);
            try {
                assertThatThrownBy(() -> open(directory)).isInstanceOf(LockedException.class);
                assertThat(anotherProcess()).contains("in use by process " + PID);
            } finally {
                other.close();
            }
        }
        assertThat(anotherProcess()).isEqualTo("open");
        open(directory).close();
    }

    @Test
    void ofManyThatOpenAStoreAtOnceOneGetsItAndTheOthersAreTold() throws Exception {
        int threads = 4;
        AtomicInteger holders = new AtomicInteger();
        AtomicInteger opened = new AtomicInteger();
        CyclicBarrier together = new CyclicBarrier(threads);
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        try {
            List<Callable<Void>> attempts = Collections.nCopies(threads, () -> {
                for (int round = 0; round < 25; round++) {
                    together.await();
                    try (FileSystemBackend store = open(directory)) {
                        assertThat(holders.incrementAndGet()).isEqualTo(1);
                        assertThat(store.verify().tables()).isZero();
                        opened.incrementAndGet();
                        holders.decrementAndGet();
                    } catch (LockedException e) {
                        assertThat(e).hasMessageContaining("open already in this process");
                    }
                }
                return null;
            });
            for (Future<Void> attempt : pool.invokeAll(attempts)) {
                attempt.get();
            }
        } finally {
            pool.shutdownNow();
        }
        assertThat(opened.get()).isGreaterThanOrEqualTo(25);
        assertThat(anotherProcess()).isEqualTo("open");
    }

    @Test
    void anInterruptedThreadDoesNotTakeTheLockAway() throws Exception {
        try (FileSystemBackend store = open(directory)) {
            assertThat(store.verify().problems()).isEmpty();
            Thread.currentThread().interrupt();
            try (LockFile file = LockFile.open(new StorePaths(directory).lock())) {
                assertThat(file.text()).startsWith("process " + PID);
                file.write(file.text());
            }
            assertThat(Thread.interrupted()).isTrue();
            assertThat(anotherProcess()).contains("in use by process " + PID);
        }
    }

    @Test
    void theFileOfAKilledProcessIsNoLock() throws Exception {
        Process child = ChildJvm.start(OpeningChild.class, directory, "entity");
        try (BufferedReader reports = ChildJvm.reader(child)) {
            assertThat(reports.readLine()).isEqualTo("open");
        }
        child.waitFor();
        assertThat(directory.resolve(".storage/lock")).content().contains("process " + child.pid());
        open(directory).close();
    }

    private AutoCloseable openWith(ClassLoader loader) throws Exception {
        Class<?> config = loader.loadClass(StorageConfig.class.getName());
        Class<?> backend = loader.loadClass(FileSystemBackend.class.getName());
        Object store = backend.getConstructor().newInstance();
        backend.getMethod("connect", config)
                .invoke(store, config.getMethod("of", String.class).invoke(null, "file:" + directory));
        return (AutoCloseable) store;
    }

    private static URL[] classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(entry -> {
                    try {
                        return Path.of(entry).toUri().toURL();
                    } catch (MalformedURLException e) {
                        throw new IllegalArgumentException(entry, e);
                    }
                })
                .toArray(URL[]::new);
    }

    private String anotherProcess() throws IOException, InterruptedException {
        Process child = ChildJvm.start(OpeningChild.class, directory);
        try (BufferedReader reports = ChildJvm.reader(child)) {
            return reports.readLine();
        } finally {
            child.waitFor();
        }
    }
}
