/** Repositories over any place where data can live: memory, a folder of JSON files, and what other modules provide. */
module io.taskmover.storage {
    requires static transitive org.jspecify;
    requires static jakarta.validation;
    requires com.github.benmanes.caffeine;
    requires org.slf4j;
    requires transitive tools.jackson.core;

    exports io.taskmover.storage;
    exports io.taskmover.storage.backend;
    exports io.taskmover.storage.backup;
    exports io.taskmover.storage.cache;
    exports io.taskmover.storage.config;
    exports io.taskmover.storage.error;
    exports io.taskmover.storage.file;
    exports io.taskmover.storage.fileops;
    exports io.taskmover.storage.history;
    exports io.taskmover.storage.mapping;
    exports io.taskmover.storage.memory;
    exports io.taskmover.storage.metering;
    exports io.taskmover.storage.metrics;
    exports io.taskmover.storage.migration;
    exports io.taskmover.storage.query;
    exports io.taskmover.storage.schema;
    exports io.taskmover.storage.transaction;

    uses io.taskmover.storage.backend.BackendProvider;

    provides io.taskmover.storage.backend.BackendProvider with
            io.taskmover.storage.file.FileProvider,
            io.taskmover.storage.memory.MemoryProvider;
}
