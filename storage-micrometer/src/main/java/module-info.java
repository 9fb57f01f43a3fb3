/** What stores measure, as meters of Micrometer. */
module io.taskmover.storage.micrometer {
    requires static transitive org.jspecify;
    requires transitive io.taskmover.storage;
    requires transitive micrometer.core;

    exports io.taskmover.storage.micrometer;
}
