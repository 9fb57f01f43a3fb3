package io.taskmover.storage.testkit;

import static io.taskmover.storage.query.Field.field;
import static io.taskmover.storage.query.Query.where;
import static io.taskmover.storage.query.Sort.asc;
import static io.taskmover.storage.query.Sort.desc;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.Repository;
import io.taskmover.storage.backend.Explanation;
import io.taskmover.storage.mapping.Entity;
import io.taskmover.storage.query.Query;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Entities found, counted, streamed and deleted by queries and filters. */
interface EntityQueryContract extends Contract {

    /** A part of a {@link Task}. */
    record Line(@Nullable Integer priority, String id) {}

    /** Ten tasks t0 to t9 with the priorities 0, 1, 2, null, 0, 1, 2, null, 0, 1; the even ones are done. */
    private Repository<Task, String> ten() {
        Repository<Task, String> tasks = subject()
                .storage()
                .repository(Entity.of(Task.class, String.class)
                        .table(subject().newName())
                        .index(Task::priority));
        List<Task> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            Task task = Task.of("t" + i, i % 4 == 3 ? null : i % 4);
            all.add(i % 2 == 0 ? task.withStatus(Task.Status.DONE) : task);
        }
        tasks.saveAll(all);
        return tasks;
    }

    private static List<String> ids(List<Task> tasks) {
        return tasks.stream().map(Task::id).toList();
    }

    @Test
    default void typedQueriesFindSortAndCut() {
        Repository<Task, String> tasks = ten();
        assertThat(ids(tasks.find(where(field(Task::priority).atLeast(1)).orderBy(desc(Task::priority)))))
                .containsExactly("t2", "t6", "t1", "t5", "t9");
        assertThat(ids(tasks.find(where(field(Task::status).eq(Task.Status.NEW))
                        .orderBy(asc(Task::priority))
                        .limit(3)
                        .offset(1))))
                .containsExactly("t5", "t9", "t3");
        assertThat(tasks.find(where(field(Task::title).like("Task t1")))).hasSize(1);
        assertThat(tasks.find(Query.all())).hasSize(10);
    }

    @Test
    default void textQueriesFindTheSame() {
        Repository<Task, String> tasks = ten();
        assertThat(ids(tasks.find(Query.jdql(
                        "where priority >= :p and status = :s order by priority desc, id desc",
                        Map.of("p", 1, "s", Task.Status.DONE)))))
                .containsExactly("t6", "t2");
        assertThat(ids(tasks.find(Query.jdql("where priority is null order by id desc"))))
                .containsExactly("t7", "t3");
    }

    @Test
    default void filtersMatchValuesNullsAndCollections() {
        Repository<Task, String> tasks = ten();
        assertThat(ids(tasks.findAll(Map.of("priority", 1)))).containsExactly("t1", "t5", "t9");
        assertThat(ids(tasks.findAll(Map.of("priority", List.of(1, 2), "status", Task.Status.DONE))))
                .containsExactly("t2", "t6");
        assertThat(ids(tasks.findAll(Collections.singletonMap("priority", null))))
                .containsExactly("t3", "t7");
        assertThat(tasks.count(Map.of("priority", 0))).isEqualTo(3);
        assertThat(tasks.count(where(field(Task::priority).greaterThan(0)).limit(1)))
                .isEqualTo(5);
        assertThat(tasks.count()).isEqualTo(10);
    }

    @Test
    default void projectionsReadPartsOfEntities() {
        Repository<Task, String> tasks = ten();
        assertThat(tasks.find(where(field(Task::priority).eq(2)).orderBy(desc(Task::id)), Line.class))
                .containsExactly(new Line(2, "t6"), new Line(2, "t2"));
        assertThat(tasks.find(where(field(Task::priority).isNull()), Line.class))
                .containsExactlyInAnyOrder(new Line(null, "t3"), new Line(null, "t7"));
    }

    @Test
    default void aStreamIsOfOneSnapshot() {
        Repository<Task, String> tasks = ten();
        try (Stream<Task> stream = tasks.stream(Query.<Task>all().orderBy(asc(Task::id)))) {
            var iterator = stream.iterator();
            assertThat(iterator.next().id()).isEqualTo("t0");
            tasks.save(Task.of("t99", 1));
            tasks.delete("t9");
            List<String> rest = new ArrayList<>();
            iterator.forEachRemaining(task -> rest.add(task.id()));
            assertThat(rest).containsExactly("t1", "t2", "t3", "t4", "t5", "t6", "t7", "t8", "t9");
        }
        assertThat(tasks.count()).isEqualTo(10);
        assertThat(tasks.exists("t9")).isFalse();
    }

    @Test
    default void deleteAllRemovesWhatMatchesAndCounts() {
        Repository<Task, String> tasks = ten();
        assertThat(tasks.deleteAll(where(field(Task::priority).eq(1)))).isEqualTo(3);
        assertThat(tasks.deleteAll(Collections.singletonMap("priority", null))).isEqualTo(2);
        assertThat(ids(tasks.findAll())).containsExactly("t0", "t2", "t4", "t6", "t8");
        assertThatThrownBy(() -> tasks.deleteAll(Query.<Task>all().limit(1)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(tasks.deleteAll(Map.of())).isEqualTo(5);
        assertThat(tasks.findAll()).isEmpty();
    }

    @Test
    default void explainNamesTheIndex() {
        Repository<Task, String> tasks = ten();
        assertThat(tasks.explain(where(field(Task::priority).eq(1))).index()).endsWith("_priority");
        assertThat(tasks.explain(where(field(Task::id).eq("t1"))).index()).isEqualTo(Explanation.PRIMARY_KEY);
        assertThat(tasks.explain(where(field(Task::title).eq("x"))).fullScan()).isTrue();
    }
}
