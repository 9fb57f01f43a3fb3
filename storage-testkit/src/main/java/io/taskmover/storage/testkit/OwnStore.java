package io.taskmover.storage.testkit;

import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.schema.TableSchema;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** A store that one test has for itself, and may close and open again. */
public final class OwnStore implements AutoCloseable {
    private final String url;
    private final Function<StorageConfig, StorageBackend> opener;
    private StorageBackend backend;

    OwnStore(String url, Function<StorageConfig, StorageBackend> opener) {
        this.url = url;
        this.opener = opener;
        this.backend = opener.apply(StorageConfig.of(url));
    }

    /** The open store; another object after {@link #reopen}. */
    public StorageBackend backend() {
        return backend;
    }

    /** Creates a table. */
    public TestTable table(String name, UnaryOperator<TableSchema.Builder> columns) {
        return TestTable.create(
                backend, columns.apply(TableSchema.builder(name)).build());
    }

    /** Closes the store and opens what lies in its place then: the same if it is durable, else an empty one. */
    public StorageBackend reopen() {
        return reopen("", "");
    }

    /** {@link #reopen()} with an option of the configuration, none if its name is empty. */
    public StorageBackend reopen(String option, String value) {
        backend.close();
        StorageConfig.Builder config = StorageConfig.builder(url);
        if (!option.isEmpty()) {
            config.option(option, value);
        }
        backend = opener.apply(config.build());
        return backend;
    }

    /** Opens the store beside {@link #backend}; to be closed. Where any number of programs may have it open. */
    public StorageBackend another() {
        return opener.apply(StorageConfig.of(url));
    }

    @Override
    public void close() {
        backend.close();
    }
}
