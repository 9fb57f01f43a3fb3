package io.taskmover.storage.testkit;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The entity that contracts of repositories keep. */
public record Task(
        String id,
        @Nullable String title,
        @Nullable Status status,
        @Nullable Integer priority,
        @Nullable Instant due,
        List<String> tags) {

    /** How far a task is. */
    public enum Status {
        /** To be done. */
        NEW,
        /** Done. */
        DONE
    }

    static Task of(String id, @Nullable Integer priority) {
        return new Task(
                id, "Task " + id, Status.NEW, priority, Instant.parse("2026-01-02T03:04:05.000000006Z"), List.of());
    }

    Task withStatus(Status changed) {
        return new Task(id, title, changed, priority, due, tags);
    }

    Task withPriority(@Nullable Integer changed) {
        return new Task(id, title, status, changed, due, tags);
    }
}
