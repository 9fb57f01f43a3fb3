package io.taskmover.storage.benchmarks;

import java.util.function.Consumer;

/** A contender whose jobs are rows of a relational database. */
public interface Relational extends Contender {

    /** Hands over all jobs, one after the other, in no order that is asked for; holds few of them at a time. */
    void each(Consumer<Job> reader) throws Exception;
}
