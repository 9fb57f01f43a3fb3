package io.taskmover.storage.benchmarks.peer;

import io.taskmover.storage.benchmarks.Job;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Index;
import jakarta.persistence.Table;
import java.time.Instant;
import java.time.LocalDate;

/** A job as JPA wants it. */
@Entity
@Table(name = "job", indexes = @Index(name = "job_owner", columnList = "owner"))
public class JobEntity {
    @Id
    private String id;

    private String title;
    private String owner;

    @Enumerated(EnumType.STRING)
    private Job.State state;

    private int priority;
    private double estimate;
    private boolean archived;
    private Instant created;
    private LocalDate due;

    @Column(length = 500)
    private String note;

    protected JobEntity() {}

    JobEntity(Job job) {
        id = job.id();
        title = job.title();
        owner = job.owner();
        state = job.state();
        priority = job.priority();
        estimate = job.estimate();
        archived = job.archived();
        created = job.created();
        due = job.due();
        note = job.note();
    }

    Job toJob() {
        return new Job(id, title, owner, state, priority, estimate, archived, created, due, note);
    }
}
