package io.taskmover.storage.mapping;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class EntityTest {
    enum Status {
        NEW,
        DONE
    }

    record Task(String id, String title, Status status, int priority, Instant due, List<String> tags) {}

    private final Task task =
            new Task("t1", "Pay the invoice", Status.NEW, 3, Instant.parse("2026-01-02T03:04:05Z"), List.of("office"));

    @Test
    void aRecordGoesIntoARowAndComesBack() {
        Entity<Task, String> tasks = Entity.of(Task.class, String.class);
        assertThat(tasks.schema().name()).isEqualTo("task");
        assertThat(tasks.fromRow(tasks.toRow(task))).isEqualTo(task);
        assertThat(tasks.keyOf(task)).isEqualTo("t1");
    }
}
