package io.taskmover.storage.benchmarks;

import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The entity that everyone stores: ten fields of the usual types. */
public record Job(
        String id,
        String title,
        String owner,
        State state,
        int priority,
        double estimate,
        boolean archived,
        Instant created,
        LocalDate due,
        String note) {

    /** A field of few values. */
    public enum State {
        OPEN,
        RUNNING,
        WAITING,
        DONE
    }

    /** How many owners there are for a number of jobs: an owner has 20 jobs on average. */
    public static int owners(int jobs) {
        return Math.max(1, jobs / 20);
    }

    public static String idOf(int number) {
        return "job-" + number;
    }

    public static String ownerOf(int number) {
        return "owner-" + number;
    }

    /** Job number {@code number} of {@code jobs}: always the same one. */
    public static Job make(int number, int jobs) {
        SplittableRandom random = new SplittableRandom(number * 31L + 7);
        return new Job(
                idOf(number),
                "Sort the scans of box " + random.nextInt(100_000),
                ownerOf(random.nextInt(owners(jobs))),
                State.values()[random.nextInt(4)],
                random.nextInt(10),
                random.nextInt(1, 4_000) / 100.0,
                random.nextInt(5) == 0,
                Instant.ofEpochMilli(1_700_000_000_000L + random.nextInt(1_000_000_000)),
                LocalDate.of(2026, 1, 1).plusDays(random.nextInt(700)),
                "Second shelf from the left, the grey folder with the torn label no. " + random.nextInt(1_000_000));
    }

    /** All of {@code jobs} jobs, in the order of their numbers. */
    public static List<Job> all(int jobs) {
        return range(0, jobs, jobs);
    }

    /** Those of {@code jobs} jobs from number {@code from} to before {@code to}. */
    public static List<Job> range(int from, int to, int jobs) {
        List<Job> range = new ArrayList<>(to - from);
        for (int i = from; i < to; i++) {
            range.add(make(i, jobs));
        }
        return range;
    }

    public Job withPriority(int changed) {
        return new Job(id, title, owner, state, changed, estimate, archived, created, due, note);
    }

    /** A number that depends on every field, so that a reader that skips one is found out. */
    public long checksum() {
        return 31L * id.hashCode()
                + title.hashCode()
                + 7L * owner.hashCode()
                + 11L * state.name().hashCode()
                + 13L * priority
                + 17L * Double.hashCode(estimate)
                + (archived ? 19 : 0)
                + 23L * created.toEpochMilli()
                + 29L * due.toEpochDay()
                + note.hashCode();
    }
}
