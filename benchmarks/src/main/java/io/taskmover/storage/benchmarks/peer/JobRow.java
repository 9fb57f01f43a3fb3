package io.taskmover.storage.benchmarks.peer;

import io.taskmover.storage.benchmarks.Job;
import java.time.Instant;
import java.time.LocalDate;
import org.springframework.data.annotation.Id;
import org.springframework.data.relational.core.mapping.Table;

/** A job as Spring Data wants it. */
@Table("job")
record JobRow(
        @Id String id,
        String title,
        String owner,
        Job.State state,
        int priority,
        double estimate,
        boolean archived,
        Instant created,
        LocalDate due,
        String note) {

    static JobRow of(Job job) {
        return new JobRow(
                job.id(),
                job.title(),
                job.owner(),
                job.state(),
                job.priority(),
                job.estimate(),
                job.archived(),
                job.created(),
                job.due(),
                job.note());
    }

    Job toJob() {
        return new Job(id, title, owner, state, priority, estimate, archived, created, due, note);
    }
}
