package io.taskmover.storage.examples;

// README:first-steps
import static io.taskmover.storage.query.Field.field;
import static io.taskmover.storage.query.Query.jdql;
import static io.taskmover.storage.query.Query.where;
import static io.taskmover.storage.query.Sort.asc;

import io.taskmover.storage.Repository;
import io.taskmover.storage.Storage;
import java.time.Instant;
import java.util.List;
import java.util.Map;

public final class FirstSteps {
    enum Status {
        NEW,
        DONE
    }

    record Task(String id, String title, Status status, int priority, Instant due, List<String> tags) {}

    public static void main(String[] args) {
        String url = args.length > 0 ? args[0] : "file:./data"; // or sqlite:tasks.db, or memory:
        try (Storage storage = Storage.open(url)) {
            Repository<Task, String> tasks = storage.repository(Task.class, String.class);
            tasks.save(new Task("t1", "Pay the invoice", Status.NEW, 3, Instant.now(), List.of("office")));

            List<Task> urgent = tasks.find(where(field(Task::priority).atLeast(3))
                    .orderBy(asc(Task::due))
                    .limit(20));
            List<Task> same = tasks.find(jdql("where priority >= :p order by due", Map.of("p", 3)));

            // all or nothing; repositories join the transaction of their thread
            storage.transaction(tx -> {
                tasks.save(new Task("t2", "Call the bank", Status.NEW, 1, Instant.now(), List.of()));
                tasks.delete("t1");
            });
            System.out.println(urgent.equals(same) + ", " + tasks.count(Map.of("status", Status.NEW)) + " left");
        }
    }
}
// end
