package io.taskmover.storage.testkit;

import io.taskmover.storage.Storage;
import io.taskmover.storage.backend.Capabilities;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Opens stores of one backend below one temporary directory: one that many tests share, each with tables of its own,
 * since opening a store costs more than most tests; and stores of their own for tests that reopen or listen.
 */
public final class BackendUnderTest implements AutoCloseable {
    private final Path root;
    private final Function<Path, String> url;
    private final Function<StorageConfig, StorageBackend> opener;
    private final AtomicInteger stores = new AtomicInteger();
    private final AtomicInteger tables = new AtomicInteger();
    private @Nullable StorageBackend shared;
    private @Nullable Storage storage;

    /**
     * @param url the URL of the store in a directory, which exists and is empty
     * @param opener opens a store
     */
    public BackendUnderTest(Function<Path, String> url, Function<StorageConfig, StorageBackend> opener) {
        this.url = url;
        this.opener = opener;
        try {
            this.root = Files.createTempDirectory("contract");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The store that tests share; opened at first use, open until {@link #close}. */
    public synchronized StorageBackend shared() {
        StorageBackend store = shared;
        if (store == null) {
            store = opener.apply(StorageConfig.of(newUrl()));
            shared = store;
        }
        return store;
    }

    public Capabilities capabilities() {
        return shared().capabilities();
    }

    /** A table name that no other test has. */
    public String newName() {
        return "t" + tables.incrementAndGet();
    }

    /** Creates a table under a new name in the shared store. */
    public TestTable table(UnaryOperator<TableSchema.Builder> columns) {
        return TestTable.create(
                shared(), columns.apply(TableSchema.builder(newName())).build());
    }

    /** Opens a new, empty store. */
    public OwnStore ownStore() {
        return new OwnStore(newUrl(), opener);
    }

    /** The configuration of a new, empty store, to be completed. */
    public StorageConfig.Builder newConfig() {
        return StorageConfig.builder(newUrl());
    }

    /** A store with its front door, that tests of repositories share; opened at first use, open until {@link #close}. */
    public synchronized Storage storage() {
        Storage open = storage;
        if (open == null) {
            open = Storage.open(newUrl());
            storage = open;
        }
        return open;
    }

    private String newUrl() {
        try {
            return url.apply(Files.createDirectory(root.resolve("s" + stores.incrementAndGet())));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Closes the shared stores and deletes the directory. */
    @Override
    public synchronized void close() {
        if (shared != null) {
            shared.close();
            shared = null;
        }
        if (storage != null) {
            storage.close();
            storage = null;
        }
        try {
            Files.walkFileTree(root, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                        throws IOException {
                    Files.delete(directory);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
