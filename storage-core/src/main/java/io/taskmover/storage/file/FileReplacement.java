package io.taskmover.storage.file;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Decisions;
import io.taskmover.storage.backend.Replacement;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Another content for a store of files: a store of its own, {@link StorePaths#replacement}, whose tables are put in the
 * place of the former ones when it is complete ({@link StoreSwitch}). So neither memory nor the journal has to hold all of
 * it, and no file of the former content is touched before.
 */
final class FileReplacement implements Replacement {
    private static final int MEMORY_PART = 8;

    private final FileSystemBackend loaded;
    private final Consumer<FileSystemBackend> commit;
    private final Runnable forget;
    private boolean ended;

    private FileReplacement(FileSystemBackend loaded, Consumer<FileSystemBackend> commit, Runnable forget) {
        this.loaded = loaded;
        this.commit = commit;
        this.forget = forget;
    }

    /**
     * Begins one.
     *
     * @param loaded not connected
     * @param paths where the store is
     * @param layout the store's
     * @param commit puts what is loaded in its place
     * @param forget removes it when it is closed
     */
    static FileReplacement begin(
            FileSystemBackend loaded,
            StorePaths paths,
            Layout layout,
            StorageConfig config,
            Consumer<FileSystemBackend> commit,
            Runnable forget) {
        StorageConfig.Builder own = StorageConfig.builder("file:" + StorePaths.REPLACEMENT)
                .clock(config.clock())
                .timeout(config.timeout())
                .option(Layout.OPTION, layout.text())
                // nothing of it counts before all of it is on the disk, as it is when it is closed
                .option(Durability.OPTION, "none");
        // the store itself has its own rows in memory meanwhile, and nobody reads what is loaded
        long memory = MemoryBudget.parse(config.option(MemoryBudget.OPTION).orElse(null)) / MEMORY_PART;
        own.option(MemoryBudget.OPTION, Long.toString(memory));
        config.option(NetworkFileSystems.OPTION).ifPresent(types -> own.option(NetworkFileSystems.OPTION, types));
        loaded.connect(paths.replacement(), own.build());
        return new FileReplacement(loaded, commit, forget);
    }

    /** What one store has decided on transactions over several stays decided in the content that comes. */
    static void keepDecisions(FileSystemBackend from, FileSystemBackend to) {
        try (BackendTransaction reading = from.begin(TransactionOptions.READ_ONLY)) {
            Optional<TableSchema> decisions = reading.catalog().table(Decisions.TABLE);
            if (decisions.isPresent()) {
                List<Row> rows = new ArrayList<>();
                try (RowCursor cursor = reading.select(Select.from(Decisions.TABLE))) {
                    cursor.forEachRemaining(rows::add);
                }
                to.createTable(decisions.get());
                to.write(Decisions.TABLE, WriteMode.INSERT, rows);
            }
        }
    }

    @Override
    public void create(TableSchema schema, long lastGeneratedKey) {
        inTransaction(transaction -> {
            transaction.catalog().create(schema);
            transaction.catalog().raiseGeneratedKey(schema.name(), lastGeneratedKey);
        });
    }

    @Override
    public void load(String table, List<Row> rows) {
        inTransaction(transaction -> transaction.load(table, rows));
    }

    private void inTransaction(Consumer<BackendTransaction> work) {
        try (BackendTransaction transaction = loaded.begin(TransactionOptions.DEFAULT)) {
            work.accept(transaction);
            transaction.commit();
        }
    }

    @Override
    public void commit() {
        ended = true; // from here on what is loaded may count, whatever is thrown
        commit.accept(loaded);
    }

    @Override
    public void close() {
        loaded.close();
        if (!ended) {
            ended = true;
            forget.run();
        }
    }
}
