package io.taskmover.storage;

import io.taskmover.storage.mapping.UnknownConstant;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The constants that one store was found to have and its entities' enums have not; told to the log once for each column of a
 * table. Thread-safe.
 */
final class UnknownConstants implements Consumer<UnknownConstant> {
    private static final Logger LOG = LoggerFactory.getLogger(Storage.class);
    /** Of one column; what has more is no enum's. */
    private static final int MOST = 100;

    private record Place(String table, String column) {}

    private record Stored(String property, String constant) {}

    // replaced by a copy at each change: it is looked at by each write, and changed next to never
    private volatile Map<String, Set<String>> columns = Map.of();
    private final Map<Place, Map<Stored, UnknownConstant>> found =
            new TreeMap<>(Comparator.comparing(Place::table).thenComparing(Place::column));

    @Override
    public void accept(UnknownConstant unknown) {
        if (isNew(unknown)) {
            LOG.warn(
                    "Row '{}' of table '{}' has '{}' in column '{}', which is no constant of {}: '{}' reads as null there, and"
                            + " what is stored is kept. A newer program wrote it, or the constant was renamed: then give the one"
                            + " that it is now an @Alias",
                    unknown.id().orElse("?"),
                    unknown.table(),
                    unknown.constant(),
                    unknown.column(),
                    unknown.type(),
                    unknown.property());
        }
    }

    private synchronized boolean isNew(UnknownConstant unknown) {
        Map<Stored, UnknownConstant> ofColumn =
                found.computeIfAbsent(new Place(unknown.table(), unknown.column()), place -> new LinkedHashMap<>());
        Stored stored = new Stored(unknown.property(), unknown.constant());
        if (ofColumn.size() >= MOST || ofColumn.putIfAbsent(stored, unknown) != null) {
            return false;
        }
        if (ofColumn.size() == 1) {
            columns = found.keySet().stream()
                    .collect(Collectors.groupingBy(
                            Place::table, Collectors.mapping(Place::column, Collectors.toUnmodifiableSet())));
        }
        return true;
    }

    /** The columns of a table in which one was found; mostly none. */
    Set<String> columnsOf(String table) {
        return columns.getOrDefault(table, Set.of());
    }

    /** What was found in a table, column by column, in the order in which it was. */
    synchronized List<UnknownConstant> of(String table) {
        return found.entrySet().stream()
                .filter(entry -> entry.getKey().table().equals(table))
                .map(Map.Entry::getValue)
                .map(Map::values)
                .flatMap(Collection::stream)
                .toList();
    }
}
