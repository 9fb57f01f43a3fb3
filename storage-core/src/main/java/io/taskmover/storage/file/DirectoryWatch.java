package io.taskmover.storage.file;

import java.io.IOException;
import java.nio.file.ClosedWatchServiceException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.nio.file.StandardWatchEventKinds;
import java.nio.file.WatchEvent;
import java.nio.file.WatchKey;
import java.nio.file.WatchService;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Asks the operating system to tell which files in the directories of a store's tables change. Where it does not tell,
 * {@link #isTelling} is false, and somebody has to look. One thread at a time; {@link #close} by any.
 */
final class DirectoryWatch implements AutoCloseable {
    /** How long events are taken one after the other before the caller may do something with them. */
    private static final long MAX_TAKING_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Path root;
    private final @Nullable WatchService service;
    private final Map<WatchKey, Path> directories = new HashMap<>();
    private boolean telling;

    private DirectoryWatch(Path root, @Nullable WatchService service) {
        this.root = root;
        this.service = service;
        this.telling = service != null;
    }

    /** Watches all tables that are in a store's directory now; those that come later too. */
    static DirectoryWatch of(Path root) {
        DirectoryWatch watch = new DirectoryWatch(root, service(root));
        watch.addWithInside(root);
        return watch;
    }

    private static @Nullable WatchService service(Path root) {
        try {
            WatchService service = root.getFileSystem().newWatchService();
            // one that polls is no better than looking, and slower
            if (!service.getClass().getSimpleName().startsWith("Polling")) {
                return service;
            }
            service.close();
        } catch (IOException | UnsupportedOperationException e) {
            Threads.LOG.info("The system does not tell of changed files in {}: {}", root, e.toString());
        }
        return null;
    }

    /** Whether everything is being told of. */
    boolean isTelling() {
        return telling;
    }

    /** Who is told what happened. */
    interface Listener {
        /** A file in a table's directory, or in a hash directory, was made, changed or removed. */
        void changed(Path file);

        /** Anything may have happened in this directory, which may be gone. */
        void unknown(Path directory);
    }

    /** Waits for something to happen, and tells it. */
    void await(long nanos, Listener listener) throws InterruptedException {
        WatchService events = service;
        if (events == null) {
            throw new IllegalStateException("Nothing is told of");
        }
        try {
            WatchKey key = events.poll(nanos, TimeUnit.NANOSECONDS);
            long end = System.nanoTime() + MAX_TAKING_NANOS;
            while (key != null) {
                take(key, listener);
                key = System.nanoTime() - end < 0 ? events.poll() : null;
            }
        } catch (ClosedWatchServiceException e) {
            telling = false; // the store is being closed
        }
    }

    private void take(WatchKey key, Listener listener) {
        Path directory = directories.get(key);
        for (WatchEvent<?> event : key.pollEvents()) {
            if (directory == null) {
                continue;
            }
            if (event.kind() == StandardWatchEventKinds.OVERFLOW || !(event.context() instanceof Path name)) {
                listener.unknown(directory);
            } else {
                Path path = directory.resolve(name);
                if (isInteresting(path) && event.kind() != StandardWatchEventKinds.ENTRY_MODIFY) {
                    if (event.kind() == StandardWatchEventKinds.ENTRY_DELETE) {
                        forget(path);
                    }
                    if (event.kind() == StandardWatchEventKinds.ENTRY_CREATE && !directory.equals(root)) {
                        addWithInside(path, added -> tellInside(added, listener));
                    } else {
                        addWithInside(path, listener::unknown);
                        listener.unknown(path);
                    }
                } else if (!directory.equals(root)) {
                    listener.changed(path);
                }
            }
        }
        if (!key.reset()) {
            directories.remove(key);
            if (directory != null) {
                listener.unknown(directory);
            }
        }
    }

    /** A hash directory was made, most often by the store itself: what is in it already has to be told of. */
    private static void tellInside(Path directory, Listener listener) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            files.forEach(listener::changed);
        } catch (IOException | DirectoryIteratorException e) {
            listener.unknown(directory);
        }
    }

    /** One that is moved away goes on being told of, by the name that it had. */
    private void forget(Path directory) {
        directories.entrySet().removeIf(entry -> {
            boolean inside = entry.getValue().startsWith(directory);
            if (inside) {
                entry.getKey().cancel();
            }
            return inside;
        });
    }

    /** Whether a path is where a table's directory, or a hash directory, could be. */
    private boolean isInteresting(Path path) {
        String name = EntityFolder.name(path);
        Path parent = path.getParent();
        return root.equals(parent)
                ? !name.startsWith(".")
                : parent != null && root.equals(parent.getParent()) && FileNames.isHashDirectory(name);
    }

    private void addWithInside(Path directory) {
        addWithInside(directory, added -> {});
    }

    private void addWithInside(Path directory, Consumer<Path> added) {
        // a link is refused by whoever uses it
        if (!telling || !Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try {
            WatchKey key = directory.register(
                    Objects.requireNonNull(service),
                    StandardWatchEventKinds.ENTRY_CREATE,
                    StandardWatchEventKinds.ENTRY_MODIFY,
                    StandardWatchEventKinds.ENTRY_DELETE);
            directories.put(key, directory);
            if (directory.equals(root) || root.equals(directory.getParent())) {
                try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory, this::isInteresting)) {
                    for (Path entry : entries) {
                        addWithInside(entry, added);
                    }
                }
            }
            added.accept(directory);
        } catch (NoSuchFileException | NotDirectoryException e) {
            added.accept(directory); // it is gone already
        } catch (ClosedWatchServiceException e) {
            telling = false;
        } catch (IOException e) {
            telling = false;
            Threads.LOG.warn(
                    "{} cannot be watched for changes; the files are looked at every {} seconds instead: {}",
                    directory,
                    TimeUnit.NANOSECONDS.toSeconds(EditWatch.POLL_NANOS),
                    e.toString());
        }
    }

    @Override
    public void close() {
        if (service != null) {
            try {
                service.close();
            } catch (IOException e) {
                Threads.LOG.warn("Watching {} cannot be ended", root, e);
            }
        }
    }
}
