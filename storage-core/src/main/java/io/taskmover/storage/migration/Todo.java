package io.taskmover.storage.migration;

import java.util.List;
import java.util.Map;

/**
 * What somebody still has to decide, in the place of a change: {@link SchemaLock} writes it where it cannot know better. A
 * migration with one is read and planned, and refused when it is to be applied.
 */
final class Todo extends Change {
    private final String text;

    Todo(String text) {
        this.text = text;
    }

    @Override
    public String toString() {
        return "TODO: " + text;
    }

    @Override
    List<String> tables() {
        return List.of();
    }

    @Override
    Schemas apply(Schemas before) {
        return before;
    }

    /** None: a migration with one gets no further than {@link MigrationManager#apply}. */
    @Override
    List<Step> steps(Site site) {
        return List.of();
    }

    @Override
    List<Step> stepsBack(Site site) {
        return List.of();
    }

    @Override
    Map<String, Object> json() {
        return Map.of("todo", text);
    }
}
