package io.taskmover.storage.examples;

import static io.taskmover.storage.query.Field.field;
import static io.taskmover.storage.query.Query.where;

import io.taskmover.storage.Repository;
import io.taskmover.storage.Storage;
import io.taskmover.storage.cache.CacheExplanation;
import java.util.List;
import java.util.Optional;

/** A store that keeps what it has read. */
public final class Cached {
    record Task(String id, String title, boolean done) {}

    private Cached() {}

    public static void main(String[] args) {
        // README:cache
        // up to 10,000 rows of each table, and what queries found of it, for ten minutes; any backend
        try (Storage storage = Storage.open("sqlite:tasks.db?cache=10000&cacheTtl=10m")) {
            Repository<Task, String> tasks = storage.repository(Task.class, String.class);
            Optional<Task> first = tasks.findById("t1"); // read once, then shared: nobody can change it
            List<Task> open = tasks.find(where(field(Task::done).eq(false)));
            System.out.println(first.isPresent() + ", " + open.size() + " open");
            CacheExplanation why = tasks.explainCache(where(field(Task::done).eq(false)));
            System.out.println(why.reason());
        }
        // end
    }
}
