package io.taskmover.storage.testkit;

import static io.taskmover.storage.query.Field.field;
import static io.taskmover.storage.query.Query.where;
import static io.taskmover.storage.query.Sort.desc;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.AsOf;
import io.taskmover.storage.EntityVersion;
import io.taskmover.storage.PageRequest;
import io.taskmover.storage.Repository;
import io.taskmover.storage.Storage;
import io.taskmover.storage.error.NotFoundException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.history.ChangeKind;
import io.taskmover.storage.history.Difference;
import io.taskmover.storage.mapping.Entity;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Versions of entities by their repository: history, differences, the past, restored. */
interface EntityVersionsContract extends Contract {

    /** An entity with a nested value and a version. */
    record Plan(String id, @Nullable String title, Map<String, Object> place, List<String> steps, long revision) {}

    private Storage versioned(ManualClock clock) {
        return Storage.open(
                subject().newConfig().versioningEnabled(true).clock(clock).build());
    }

    private static Repository<Plan, String> plans(Storage storage) {
        return storage.repository(Entity.of(Plan.class, String.class).version(Plan::revision));
    }

    @Test
    default void theHistoryOfAnEntityTellsEachOfItsStates() {
        ManualClock clock = new ManualClock();
        try (Storage storage = versioned(clock)) {
            Repository<Task, String> tasks = storage.repository(Task.class, String.class);
            Task first = tasks.save(Task.of("t", 1));
            Instant later = clock.move(Duration.ofSeconds(9));
            Task second = storage.transactions()
                    .by("anna")
                    .because("it is urgent")
                    .inTransaction(tx -> tasks.save(first.withPriority(9)));
            tasks.delete("t");
            List<EntityVersion<Task>> history = tasks.history("t");
            assertThat(history).extracting(EntityVersion::number).containsExactly(1L, 2L, 3L);
            assertThat(history)
                    .extracting(EntityVersion::entity)
                    .containsExactly(Optional.of(first), Optional.of(second), Optional.empty());
            assertThat(history.get(1))
                    .isEqualTo(new EntityVersion<>(
                            2,
                            later,
                            ChangeKind.UPDATE,
                            Optional.of("anna"),
                            Optional.of("it is urgent"),
                            Optional.of(second)));
            assertThat(tasks.version("t", 2)).contains(history.get(1));
            assertThat(tasks.version("t", 4)).isEmpty();
            assertThat(tasks.history("never")).isEmpty();
        }
    }

    @Test
    default void theDifferenceOfTwoVersionsIsToldValueByValue() {
        try (Storage storage = versioned(new ManualClock())) {
            Repository<Plan, String> plans = plans(storage);
            Plan first = plans.save(new Plan("p", "Move", Map.of("city", "Bern", "zip", 3000), List.of("pack"), 0));
            plans.save(
                    new Plan("p", null, Map.of("city", "Basel", "zip", 3000), List.of("pack", "go"), first.revision()));
            plans.delete("p");
            assertThat(plans.diff("p", 1, 2))
                    .containsExactly(
                            new Difference("title", "Move", null),
                            new Difference("place.city", "Bern", "Basel"),
                            new Difference("steps[1]", null, "go"),
                            new Difference("revision", 1L, 2L));
            assertThat(plans.diff("p", 2, 2)).isEmpty();
            assertThat(plans.diff("p", 2, 3)).contains(new Difference("id", "p", null));
            assertThatThrownBy(() -> plans.diff("p", 1, 7))
                    .isInstanceOf(NotFoundException.class)
                    .hasMessageContaining("1 to 3");
        }
    }

    @Test
    default void anEntityIsRestoredByAChangeOfItsOwn() {
        try (Storage storage = versioned(new ManualClock())) {
            Repository<Plan, String> plans = plans(storage);
            Plan first = plans.save(new Plan("p", "first", Map.of(), List.of(), 0));
            plans.save(new Plan("p", "second", Map.of(), List.of(), first.revision()));
            Plan restored = plans.restore("p", 1);
            assertThat(restored).isEqualTo(new Plan("p", "first", Map.of(), List.of(), 3));
            assertThat(plans.findById("p")).contains(restored);
            plans.delete("p");
            assertThatThrownBy(() -> plans.restore("p", 4))
                    .isInstanceOf(NotFoundException.class)
                    .hasMessageContaining("removal");
            assertThat(plans.restore("p", 2).title()).isEqualTo("second");
            assertThat(plans.history("p"))
                    .extracting(EntityVersion::kind)
                    .containsExactly(
                            ChangeKind.INSERT,
                            ChangeKind.UPDATE,
                            ChangeKind.UPDATE,
                            ChangeKind.DELETE,
                            ChangeKind.INSERT);
        }
    }

    @Test
    default void entitiesAreSeenAsTheyWere() {
        ManualClock clock = new ManualClock();
        try (Storage storage = versioned(clock)) {
            Repository<Task, String> tasks = storage.repository(Task.class, String.class);
            for (int i = 0; i < 9; i++) {
                tasks.save(Task.of("t" + i, i));
            }
            List<Task> before = tasks.findAll();
            Instant then = clock.instant();
            clock.move(Duration.ofSeconds(1));
            tasks.delete("t3");
            tasks.save(Task.of("t4", 40));
            tasks.save(Task.of("u", 4));
            AsOf<Task, String> past = tasks.asOf(then);
            assertThat(past.findAll()).isEqualTo(before);
            assertThat(past.findById("t3")).contains(before.get(3));
            assertThat(past.findById("u")).isEmpty();
            assertThat(past.findAll(Map.of("priority", 4))).containsExactly(before.get(4));
            assertThat(past.count()).isEqualTo(9);
            assertThat(past.count(Map.of("priority", List.of(3, 4, 40)))).isEqualTo(2);
            var low = where(field(Task::priority).lessThan(6)).orderBy(desc(Task::priority));
            assertThat(past.find(low.limit(3))).containsExactly(before.get(5), before.get(4), before.get(3));
            assertThat(past.count(low)).isEqualTo(6);
            try (Stream<Task> stream = past.stream(low)) {
                assertThat(stream.limit(2)).containsExactly(before.get(5), before.get(4));
            }
            var page = past.page(low, PageRequest.first(2).total());
            assertThat(page.content()).containsExactly(before.get(5), before.get(4));
            assertThat(page.total()).hasValue(6);
            // in a transaction, with what that has changed
            storage.transaction(tx -> {
                tasks.delete("t8");
                assertThat(past.count()).isEqualTo(9);
                assertThat(tasks.asOf(clock.instant()).findById("t8")).isEmpty();
            });
        }
    }

    @Test
    default void anEntityIsFoundAsItWasWhileOthersChangeIt() throws Exception {
        try (Storage storage =
                Storage.open(subject().newConfig().versioningEnabled(true).build())) {
            Repository<Task, String> tasks = storage.repository(Task.class, String.class);
            Task still = tasks.save(Task.of("still", 1));
            tasks.save(Task.of("moving", 0));
            tasks.save(Task.of("gone", 0));
            Concurrently.run(3, thread -> () -> {
                for (int i = 1; i <= 30; i++) {
                    if (thread == 0) {
                        tasks.save(Task.of("moving", i));
                        tasks.delete("gone");
                        tasks.save(Task.of("gone", i));
                        continue;
                    }
                    AsOf<Task, String> past = tasks.asOf(Instant.now());
                    int first = Objects.requireNonNull(
                            past.findById("moving").orElseThrow().priority());
                    Thread.sleep(2);
                    // at most what was under way at that moment has been committed since
                    assertThat(past.findById("moving").orElseThrow().priority()).isBetween(first, first + 1);
                    assertThat(past.findById("still")).contains(still);
                }
                return thread;
            });
            // each state is found at the time of its version
            for (String id : List.of("moving", "gone", "still")) {
                for (EntityVersion<Task> version : tasks.history(id)) {
                    if (tasks.version(id, version.number() + 1)
                            .filter(next -> next.at().equals(version.at()))
                            .isEmpty()) {
                        assertThat(tasks.asOf(version.at()).findById(id)).isEqualTo(version.entity());
                    }
                }
            }
        }
    }

    @Test
    default void withoutVersionsARepositorySaysWhatToSet() {
        try (Storage storage =
                Storage.open(subject().newConfig().versioningEnabled(false).build())) {
            Repository<Task, String> tasks = storage.repository(Task.class, String.class);
            tasks.save(Task.of("t", 1));
            List<Runnable> calls = List.of(
                    () -> tasks.history("t"),
                    () -> tasks.version("t", 1),
                    () -> tasks.diff("t", 1, 1),
                    () -> tasks.restore("t", 1),
                    () -> tasks.asOf(Instant.EPOCH).findAll(),
                    () -> tasks.asOf(Instant.EPOCH).count());
            for (Runnable call : calls) {
                assertThatThrownBy(call::run)
                        .isInstanceOf(UnsupportedException.class)
                        .hasMessageContaining("versioningEnabled=true");
            }
            assertThat(storage.pruneVersions()).isZero();
        }
    }
}
