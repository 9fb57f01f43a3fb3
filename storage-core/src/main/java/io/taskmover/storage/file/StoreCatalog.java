package io.taskmover.storage.file;

import io.taskmover.storage.schema.TableSchema;
import java.util.Collections;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the JSON files hold: a checkpoint. Immutable.
 *
 * @param sequence the commit up to which all changes are in the JSON files; later ones are in the journal
 * @param tables the tables by name, as of that commit
 * @param generated for tables with a generated key, the highest key ever assigned, by table name
 */
record StoreCatalog(long sequence, SortedMap<String, TableSchema> tables, SortedMap<String, Long> generated) {
    static final StoreCatalog EMPTY = new StoreCatalog(0, Map.of(), Map.of());

    StoreCatalog {
        tables = Collections.unmodifiableSortedMap(new TreeMap<>(tables));
        generated = Collections.unmodifiableSortedMap(new TreeMap<>(generated));
    }

    StoreCatalog(long sequence, Map<String, TableSchema> tables, Map<String, Long> generated) {
        this(sequence, new TreeMap<>(tables), new TreeMap<>(generated));
    }
}
