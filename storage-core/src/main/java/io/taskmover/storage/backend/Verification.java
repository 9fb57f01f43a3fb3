package io.taskmover.storage.backend;

import java.util.List;

/**
 * What {@link StorageBackend#verify} found.
 *
 * @param tables how many tables were checked
 * @param rows how many rows were checked
 * @param problems what is wrong, one sentence each with the place; empty if nothing is
 */
public record Verification(long tables, long rows, List<String> problems) {
    public Verification {
        problems = List.copyOf(problems);
    }

    public boolean clean() {
        return problems.isEmpty();
    }
}
