package io.taskmover.storage.migration;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The migration that would bring tables to what classes are now, as far as that can be known. Its changes come in an order in
 * which they can be made; what somebody has to decide stands as a todo in front of the change that it is about. Not thread-safe.
 */
final class Skeleton {
    private final List<Change> open = new ArrayList<>();
    private final List<Change> renamings = new ArrayList<>();
    private final Map<String, Change> indexDrops = new LinkedHashMap<>();
    private final List<Change> values = new ArrayList<>();
    private final List<Change> types = new ArrayList<>();
    private final List<Change> additions = new ArrayList<>();
    private final Map<String, Change> indexCreations = new LinkedHashMap<>();

    /** Something to decide of which no change is known. */
    void todo(String text) {
        open.add(new Todo(text));
    }

    void rename(String todo, Change change) {
        renamings.add(new Todo(todo));
        renamings.add(change);
    }

    void dropIndex(String name, Change change) {
        indexDrops.put(name, change);
    }

    void replace(Change change) {
        values.add(change);
    }

    void replace(String todo, Change change) {
        values.add(new Todo(todo));
        values.add(change);
    }

    void retype(Change change) {
        types.add(change);
    }

    void retype(String todo, Change change) {
        types.add(new Todo(todo));
        types.add(change);
    }

    void add(String todo, Change change) {
        additions.add(new Todo(todo));
        additions.add(change);
    }

    void createIndex(String name, Change change) {
        indexCreations.put(name, change);
    }

    /** In order; none if there is nothing that a migration could do. */
    List<Change> changes() {
        return Stream.of(open, renamings, indexDrops.values(), values, types, additions, indexCreations.values())
                .flatMap(part -> part.stream())
                .toList();
    }
}
