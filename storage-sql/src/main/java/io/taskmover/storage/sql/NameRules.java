package io.taskmover.storage.sql;

/** What a database lets tables, columns and indexes be called. */
interface NameRules {

    /** The form in which two names are the same exactly if the database takes them for the same. */
    String folded(String name);

    /** Whether the database, or this library in it, keeps a name for itself. */
    boolean isReserved(String name);

    /** {@code name} and {@code suffix} together, the name cut off where that is longer than the database takes. */
    String fit(String name, String suffix);
}
