package io.taskmover.storage.testkit;

import static io.taskmover.storage.query.Field.field;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.Page;
import io.taskmover.storage.PageRequest;
import io.taskmover.storage.Repository;
import io.taskmover.storage.mapping.Entity;
import io.taskmover.storage.query.Query;
import io.taskmover.storage.query.Sort;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Pages by number and by cursor: joined together they are the whole list, both ways. */
interface PageContract extends Contract {
    /** Orders with ties, nulls and mixed directions. */
    List<List<Sort>> ORDERS = List.of(
            List.of(),
            List.of(Sort.asc("id")),
            List.of(Sort.desc("id")),
            List.of(Sort.asc("priority")),
            List.of(Sort.desc("priority")),
            List.of(Sort.asc("priority"), Sort.desc("title")),
            List.of(Sort.desc("priority"), Sort.asc("title")),
            List.of(Sort.desc("title"), Sort.desc("priority"), Sort.desc("id")),
            List.of(Sort.asc("due"), Sort.asc("status"), Sort.desc("priority")));

    /** 23 tasks with few different priorities, titles, states and dates, each of them null in some. */
    private Repository<Task, String> many() {
        Repository<Task, String> tasks = subject()
                .storage()
                .repository(Entity.of(Task.class, String.class)
                        .table(subject().newName())
                        .index(Task::priority, Task::title));
        List<Task> all = new ArrayList<>();
        for (int i = 0; i < 23; i++) {
            all.add(new Task(
                    "t" + (i * 7) % 23,
                    i % 5 == 4 ? null : i % 3 == 0 ? "😀" : "\uFFFD" + i % 2,
                    i % 6 == 5 ? null : i % 2 == 0 ? Task.Status.NEW : Task.Status.DONE,
                    i % 4 == 3 ? null : i % 3,
                    i % 7 == 6 ? null : Instant.ofEpochSecond(i % 3, i % 2),
                    List.of()));
        }
        tasks.saveAll(all);
        return tasks;
    }

    @Test
    default void pagesByCursorForwardJoinToTheWholeList() {
        Repository<Task, String> tasks = many();
        for (List<Sort> order : ORDERS) {
            Query<Task> query = Query.<Task>all().orderBy(order.toArray(Sort[]::new));
            List<Task> whole = order.isEmpty() ? tasks.findAll() : tasks.find(query);
            for (int size : new int[] {1, 4, 23, 50}) {
                List<Task> joined = new ArrayList<>();
                Page<Task> page = tasks.page(query, PageRequest.first(size));
                assertThat(page.hasPrevious()).isFalse();
                joined.addAll(page.content());
                for (Optional<PageRequest> next = page.next(); next.isPresent(); next = page.next()) {
                    page = tasks.page(query, next.get());
                    assertThat(page.content()).isNotEmpty().hasSizeLessThanOrEqualTo(size);
                    assertThat(page.hasPrevious()).isTrue();
                    joined.addAll(page.content());
                    assertThat(joined).hasSizeLessThanOrEqualTo(whole.size());
                }
                assertThat(joined).as("%s by %s", order, size).isEqualTo(whole);
            }
        }
    }

    @Test
    default void pagesByCursorBackwardJoinToTheWholeList() {
        Repository<Task, String> tasks = many();
        for (List<Sort> order : ORDERS) {
            Query<Task> query = Query.<Task>all().orderBy(order.toArray(Sort[]::new));
            List<Task> whole = order.isEmpty() ? tasks.findAll() : tasks.find(query);
            for (int size : new int[] {1, 4}) {
                Page<Task> page = tasks.page(query, PageRequest.first(size));
                while (page.hasNext()) {
                    page = tasks.page(query, page.next().orElseThrow());
                }
                List<Task> joined = new ArrayList<>(page.content());
                for (Optional<PageRequest> previous = page.previous();
                        previous.isPresent();
                        previous = page.previous()) {
                    page = tasks.page(query, previous.get());
                    assertThat(page.content()).isNotEmpty();
                    assertThat(page.hasNext()).isTrue();
                    joined.addAll(0, page.content());
                    assertThat(joined).hasSizeLessThanOrEqualTo(whole.size());
                }
                assertThat(joined).as("%s by %s", order, size).isEqualTo(whole);
            }
        }
    }

    @Test
    default void pagesByNumberJoinToTheWholeList() {
        Repository<Task, String> tasks = many();
        for (List<Sort> order : ORDERS) {
            Query<Task> query = Query.<Task>all().orderBy(order.toArray(Sort[]::new));
            List<Task> whole = order.isEmpty() ? tasks.findAll() : tasks.find(query);
            List<Task> joined = new ArrayList<>();
            for (int number = 0; number < 6; number++) {
                Page<Task> page = tasks.page(query, PageRequest.page(number, 4).total());
                assertThat(page.total()).hasValue(23);
                assertThat(page.hasPrevious()).isEqualTo(number > 0);
                assertThat(page.hasNext()).isEqualTo(number < 5);
                joined.addAll(page.content());
            }
            assertThat(joined).isEqualTo(whole);
        }
        assertThat(tasks.page(Query.all(), PageRequest.page(9, 4)).content()).isEmpty();
        assertThat(tasks.page(Query.all(), PageRequest.first(4)).total()).isEmpty();
    }

    @Test
    default void pagesKeepTheQuerysCondition() {
        Repository<Task, String> tasks = many();
        Query<Task> query = Query.where(field(Task::priority).atMost(1)).orderBy(Sort.desc(Task::title));
        List<Task> whole = tasks.find(query);
        List<Task> joined = new ArrayList<>();
        for (Optional<PageRequest> next = Optional.of(PageRequest.first(3).total()); next.isPresent(); ) {
            Page<Task> page = tasks.page(query, next.get());
            assertThat(page.total()).hasValue(whole.size());
            joined.addAll(page.content());
            next = page.next();
        }
        assertThat(joined).isEqualTo(whole).isNotEmpty();
    }

    @Test
    default void aCursorHoldsItsPlaceWhileRowsComeAndGo() {
        Repository<Task, String> tasks = many();
        Query<Task> query = Query.<Task>all().orderBy(Sort.asc(Task::id));
        List<Task> whole = tasks.find(query);
        Page<Task> first = tasks.page(query, PageRequest.first(5));
        tasks.delete(first.content().get(0).id());
        tasks.delete(first.content().get(4).id());
        tasks.save(Task.of("a first", 1));
        assertThat(tasks.page(query, first.next().orElseThrow()).content()).isEqualTo(whole.subList(5, 10));
    }

    @Test
    default void anEmptyTableHasOneEmptyPage() {
        Repository<Task, String> tasks = subject()
                .storage()
                .repository(Entity.of(Task.class, String.class).table(subject().newName()));
        Page<Task> page = tasks.page(Query.all(), PageRequest.first(5).total());
        assertThat(page.content()).isEmpty();
        assertThat(page.next()).isEmpty();
        assertThat(page.previous()).isEmpty();
        assertThat(page.total()).hasValue(0);
    }

    @Test
    default void wrongRequestsAreRefused() {
        Repository<Task, String> tasks = many();
        Query<Task> byTitle = Query.<Task>all().orderBy(Sort.asc(Task::title));
        PageRequest next = tasks.page(byTitle, PageRequest.first(3)).next().orElseThrow();
        assertThatThrownBy(() -> tasks.page(Query.<Task>all().orderBy(Sort.desc(Task::title)), next))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> tasks.page(byTitle, PageRequest.after("no cursor", 3)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> tasks.page(byTitle.limit(3), PageRequest.first(3)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
