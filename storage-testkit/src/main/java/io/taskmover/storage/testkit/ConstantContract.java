package io.taskmover.storage.testkit;

import static io.taskmover.storage.query.Field.field;
import static io.taskmover.storage.query.Query.where;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.PageRequest;
import io.taskmover.storage.Repository;
import io.taskmover.storage.Storage;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.ConstraintException;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.MappingException;
import io.taskmover.storage.mapping.Alias;
import io.taskmover.storage.mapping.Entity;
import io.taskmover.storage.mapping.Indexed;
import io.taskmover.storage.mapping.UnknownConstant;
import io.taskmover.storage.mapping.Version;
import io.taskmover.storage.query.Assignments;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Query;
import io.taskmover.storage.query.Restriction;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Enum constants that were renamed since data was written, and such as the enum does not have (yet, or any more). */
interface ConstantContract extends Contract {

    /** Before. */
    enum OldState {
        TODO,
        BUSY,
        DONE
    }

    /** Since. */
    enum State {
        @Alias({"TODO", "NEW"})
        OPEN,
        @Alias("BUSY")
        ACTIVE,
        DONE
    }

    /** Before. */
    record OldJob(
            String id,
            @Indexed @Nullable OldState state,
            Map<OldState, Integer> counts,
            @Nullable OldDetail detail) {}

    /** Before. */
    record OldDetail(OldState first, List<OldState> all) {}

    /** Since. */
    record Job(
            String id,
            @Indexed @Nullable State state,
            Map<State, Integer> counts,
            @Nullable Detail detail) {}

    /** Since. */
    record Detail(State first, List<State> all) {}

    private Storage storage() {
        return subject().storage();
    }

    private <T> Repository<T, String> repository(Class<T> type, String table) {
        return storage().repository(Entity.of(type, String.class).table(table));
    }

    private String oldJobs() {
        String table = subject().newName();
        repository(OldJob.class, table)
                .saveAll(List.of(
                        new OldJob(
                                "a",
                                OldState.TODO,
                                Map.of(OldState.TODO, 1, OldState.DONE, 2),
                                new OldDetail(OldState.TODO, List.of(OldState.TODO, OldState.DONE))),
                        new OldJob("b", OldState.DONE, Map.of(), new OldDetail(OldState.DONE, List.of())),
                        new OldJob("c", null, Map.of(OldState.BUSY, 3), null),
                        new OldJob("d", OldState.BUSY, Map.of(), null)));
        return table;
    }

    private static List<String> ids(Repository<Job, String> jobs, Restriction<? super Job> restriction) {
        return jobs.find(where(restriction)).stream().map(Job::id).sorted().toList();
    }

    @Test
    default void aRenamedConstantIsReadAsTheNewOneAndWrittenUnderItsName() {
        String table = oldJobs();
        Repository<Job, String> jobs = repository(Job.class, table);
        Job a = jobs.findById("a").orElseThrow();
        assertThat(a)
                .isEqualTo(new Job(
                        "a",
                        State.OPEN,
                        Map.of(State.OPEN, 1, State.DONE, 2),
                        new Detail(State.OPEN, List.of(State.OPEN, State.DONE))));
        assertThat(jobs.findAll()).extracting(Job::state).containsExactly(State.OPEN, State.DONE, null, State.ACTIVE);
        assertThat(jobs.findById("c").orElseThrow().counts()).isEqualTo(Map.of(State.ACTIVE, 3));
        jobs.save(a);
        var stored = storage().backend().find(table, "a").orElseThrow();
        assertThat(stored.get("state")).isEqualTo("OPEN");
        assertThat(stored.get("counts")).isEqualTo(Map.of("OPEN", 1L, "DONE", 2L));
        assertThat(stored.get("detail")).isEqualTo(Map.of("first", "OPEN", "all", List.of("OPEN", "DONE")));
        assertThat(jobs.unknownConstants()).isEmpty();
    }

    @Test
    default void conditionsOnARenamedConstantFindRowsUnderEitherName() {
        String table = oldJobs();
        Repository<Job, String> jobs = repository(Job.class, table);
        jobs.save(new Job("e", State.OPEN, Map.of(State.OPEN, 7), new Detail(State.OPEN, List.of())));
        jobs.save(new Job("f", State.ACTIVE, Map.of(), null));
        var state = field(Job::state);
        assertThat(ids(jobs, state.eq(State.OPEN))).containsExactly("a", "e");
        assertThat(ids(jobs, state.ne(State.OPEN))).containsExactly("b", "d", "f");
        assertThat(ids(jobs, state.eq(State.OPEN).not())).containsExactly("b", "d", "f");
        assertThat(ids(jobs, state.in(State.OPEN, State.DONE))).containsExactly("a", "b", "e");
        assertThat(ids(jobs, state.in(State.OPEN, State.DONE).not())).containsExactly("d", "f");
        assertThat(ids(jobs, state.isNull())).containsExactly("c");
        assertThat(jobs.findAll(Map.of("state", State.ACTIVE)))
                .extracting(Job::id)
                .containsExactly("d", "f");
        assertThat(jobs.findAll(Map.of("state", "ACTIVE"))).extracting(Job::id).containsExactly("d", "f");
        assertThat(jobs.findAll(Map.of("state", List.of("BUSY", "DONE")))).hasSize(3);
        for (String text :
                List.of("state = OPEN", "state = 'OPEN'", "'OPEN' = state", "state in (OPEN)", "state = TODO")) {
            assertThat(jobs.find(Query.<Job>jdql("where " + text))).as(text).hasSize(2);
        }
        assertThat(jobs.find(Query.<Job>jdql("where state <> OPEN"))).hasSize(3);
        assertThat(ids(jobs, field("detail.first").eq(State.OPEN))).containsExactly("a", "e");
        assertThat(ids(jobs, field("detail.first").ne(State.OPEN))).containsExactly("b");
        assertThat(ids(jobs, field("counts.OPEN").atLeast(1))).containsExactly("a", "e");
        assertThat(ids(jobs, field("counts.OPEN").eq(1))).containsExactly("a");
        assertThat(ids(jobs, field("counts.ACTIVE").isNotNull())).containsExactly("c");
        assertThat(jobs.explain(where(state.eq(State.OPEN))).fullScan()).isFalse();
        assertThat(jobs.count(where(state.eq(State.OPEN)))).isEqualTo(2);
        assertThat(jobs.deleteAll(Map.of("state", State.OPEN))).isEqualTo(2);
        assertThat(jobs.deleteAll(where(state.eq(State.ACTIVE)))).isEqualTo(2);
        assertThat(jobs.findAll()).extracting(Job::id).containsExactly("b", "c");
    }

    /** A newer program's. */
    enum NewLevel {
        LOW,
        HIGH,
        EXTREME
    }

    /** An older program's. */
    enum Level {
        LOW,
        HIGH
    }

    /** A newer program's. */
    record NewAlarm(
            String id,
            @Nullable NewLevel level,
            Optional<NewLevel> last,
            List<NewLevel> all,
            Map<NewLevel, Integer> counts,
            @Nullable NewRule rule,
            String text,
            @Version long version) {
        NewAlarm withText(String changed, long raised) {
            return new NewAlarm(id, level, last, all, counts, rule, changed, raised);
        }
    }

    /** A newer program's. */
    record NewRule(NewLevel from, int count) {}

    /** An older program's. */
    record Alarm(
            String id,
            @Nullable Level level,
            Optional<Level> last,
            @Nullable List<Level> all,
            @Nullable Map<Level, Integer> counts,
            @Nullable Rule rule,
            String text,
            @Version long version) {
        Alarm withText(String changed) {
            return new Alarm(id, level, last, all, counts, rule, changed, version);
        }

        Alarm withLevel(@Nullable Level changed) {
            return new Alarm(id, changed, last, all, counts, rule, text, version);
        }
    }

    /** An older program's. */
    record Rule(Level from, int count) {}

    /** A part of an alarm. */
    record AlarmLevel(String id, @Nullable Level level, Optional<Level> last) {}

    private static NewAlarm extreme(String id) {
        return new NewAlarm(
                id,
                NewLevel.EXTREME,
                Optional.of(NewLevel.EXTREME),
                List.of(NewLevel.LOW, NewLevel.EXTREME),
                Map.of(NewLevel.EXTREME, 1),
                new NewRule(NewLevel.EXTREME, 3),
                "text " + id,
                0);
    }

    private static NewAlarm low(String id) {
        return new NewAlarm(
                id,
                NewLevel.LOW,
                Optional.empty(),
                List.of(NewLevel.LOW),
                Map.of(),
                new NewRule(NewLevel.HIGH, 1),
                "text " + id,
                0);
    }

    @Test
    default void anUnknownConstantFailsItsPropertyAloneAndIsReported() {
        String table = subject().newName();
        repository(NewAlarm.class, table).saveAll(List.of(extreme("a"), low("b"), extreme("c")));
        Repository<Alarm, String> alarms = repository(Alarm.class, table);
        assertThat(alarms.unknownConstants()).isEmpty();
        Alarm read = new Alarm("a", null, Optional.empty(), null, null, null, "text a", 1);
        Alarm known = new Alarm(
                "b", Level.LOW, Optional.empty(), List.of(Level.LOW), Map.of(), new Rule(Level.HIGH, 1), "text b", 1);
        assertThat(alarms.findById("a")).contains(read);
        assertThat(alarms.findById("a")).contains(read);
        assertThat(alarms.findAll())
                .containsExactly(read, known, new Alarm("c", null, Optional.empty(), null, null, null, "text c", 1));
        assertThat(alarms.unknownConstants())
                .containsExactlyInAnyOrder(
                        unknown(table, "level", "Level"),
                        unknown(table, "last", "Level"),
                        unknown(table, "all", "Level"),
                        unknown(table, "counts", "Level"),
                        unknown(table, "rule", "Level"));
        Query<Alarm> all = Query.all();
        assertThat(alarms.find(all, AlarmLevel.class))
                .containsExactlyInAnyOrder(
                        new AlarmLevel("a", null, Optional.empty()),
                        new AlarmLevel("b", Level.LOW, Optional.empty()),
                        new AlarmLevel("c", null, Optional.empty()));
        assertThat(alarms.page(all, PageRequest.first(9)).content()).hasSize(3);
        try (Stream<Alarm> stream = alarms.stream(all)) {
            assertThat(stream).hasSize(3);
        }
        // conditions see what is stored
        assertThat(alarms.findAll(Map.of("level", "EXTREME"))).hasSize(2);
        assertThat(alarms.find(where(field(Alarm::level).ne(Level.LOW)))).hasSize(2);
        assertThat(alarms.find(where(field(Alarm::level).isNull()))).isEmpty();
    }

    private static UnknownConstant unknown(String table, String property, String type) {
        return new UnknownConstant(table, property, property, type, "EXTREME", Optional.of("a"));
    }

    @Test
    default void savingAnEntityKeepsTheConstantsThatItDoesNotKnow() {
        String table = subject().newName();
        Repository<NewAlarm, String> newer = repository(NewAlarm.class, table);
        List<NewAlarm> given = newer.saveAll(List.of(extreme("a"), extreme("b"), extreme("c"), low("d")));
        Repository<Alarm, String> alarms = repository(Alarm.class, table);
        Alarm a = alarms.findById("a").orElseThrow();
        assertThat(alarms.save(a.withText("saved")))
                .isEqualTo(new Alarm("a", null, Optional.empty(), null, null, null, "saved", 2));
        assertThat(newer.findById("a")).contains(given.get(0).withText("saved", 2));
        assertThatThrownBy(() -> alarms.save(a.withText("late"))).isInstanceOf(ConflictException.class);
        assertThatThrownBy(() -> alarms.insert(new Alarm("a", null, Optional.empty(), null, null, null, "x", 0)))
                .isInstanceOf(DuplicateKeyException.class);
        assertThatThrownBy(() -> alarms.save(new Alarm("a", null, Optional.empty(), null, null, null, "x", 0)))
                .isInstanceOf(DuplicateKeyException.class);
        storage().transaction(tx -> {
            Alarm b = alarms.findById("b").orElseThrow();
            alarms.update(b.withText("updated"));
        });
        assertThat(newer.findById("b")).contains(given.get(1).withText("updated", 2));
        Alarm fresh = new Alarm("e", null, Optional.empty(), null, null, null, "fresh", 0);
        List<Alarm> saved = alarms.saveAll(List.of(
                fresh,
                alarms.findById("c").orElseThrow().withText("all"),
                alarms.findById("d").orElseThrow().withLevel(null),
                alarms.findById("b").orElseThrow().withText("again")));
        assertThat(saved).extracting(Alarm::version).containsExactly(1L, 2L, 2L, 3L);
        assertThat(newer.findById("c")).contains(given.get(2).withText("all", 2));
        assertThat(newer.findById("b")).contains(given.get(1).withText("again", 3));
        // a constant that it knows is overwritten, by null as by another
        assertThat(newer.findById("d").orElseThrow().level()).isNull();
        alarms.save(alarms.findById("c").orElseThrow().withLevel(Level.HIGH));
        assertThat(newer.findById("c").orElseThrow().level()).isEqualTo(NewLevel.HIGH);
        assertThat(newer.findById("c").orElseThrow().all())
                .isEqualTo(given.get(2).all());
        // who wants it gone says so
        storage().backend().update(table, "b", Collections.singletonMap("level", null));
        assertThat(newer.findById("b").orElseThrow().level()).isNull();
    }

    /** A newer program's. */
    record NewPlain(String id, NewLevel level, @Nullable String text) {}

    /** An older program's. */
    record Plain(String id, @Nullable Level level, @Nullable String text) {}

    @Test
    default void aConstantIsKeptWithoutAVersionAndInAColumnThatIsNotNull() {
        String table = subject().newName();
        Repository<NewPlain, String> newer = storage()
                .repository(Entity.of(NewPlain.class, String.class).table(table).notNull(NewPlain::level));
        newer.saveAll(List.of(new NewPlain("a", NewLevel.EXTREME, "x"), new NewPlain("b", NewLevel.LOW, "x")));
        Repository<Plain, String> plain = repository(Plain.class, table);
        Plain a = plain.findById("a").orElseThrow();
        assertThat(a.level()).isNull();
        assertThat(plain.save(new Plain("a", null, "saved"))).isEqualTo(new Plain("a", null, "saved"));
        assertThat(newer.findById("a")).contains(new NewPlain("a", NewLevel.EXTREME, "saved"));
        plain.update(new Plain("a", null, "updated"));
        assertThat(newer.findById("a")).contains(new NewPlain("a", NewLevel.EXTREME, "updated"));
        // of two rows with one key the later finds what the earlier left
        plain.saveAll(
                List.of(new Plain("a", null, "one"), new Plain("c", Level.HIGH, "c"), new Plain("a", null, "two")));
        assertThat(newer.findById("a")).contains(new NewPlain("a", NewLevel.EXTREME, "two"));
        assertThatThrownBy(() -> plain.save(new Plain("b", null, "x")))
                .isInstanceOf(ConstraintException.class)
                .hasMessageContaining("level");
    }

    @Test
    default void aConstantIsKeptUnderACacheAndWithVersions() {
        try (Storage storage = Storage.open(subject()
                .newConfig()
                .versioningEnabled(true)
                .option("cache", "true")
                .build())) {
            Entity<NewPlain, String> described =
                    Entity.of(NewPlain.class, String.class).table("plain");
            Repository<NewPlain, String> newer = storage.repository(described);
            newer.save(new NewPlain("a", NewLevel.EXTREME, "x"));
            Repository<Plain, String> plain =
                    storage.repository(Entity.of(Plain.class, String.class).table("plain"));
            for (int i = 1; i <= 3; i++) {
                assertThat(plain.findById("a").orElseThrow().level()).isNull();
                plain.save(new Plain("a", null, "n" + i));
                assertThat(plain.findById("a")).contains(new Plain("a", null, "n" + i));
                assertThat(newer.findById("a")).contains(new NewPlain("a", NewLevel.EXTREME, "n" + i));
                assertThat(newer.findAll(Map.of("level", NewLevel.EXTREME))).hasSize(1);
            }
            assertThat(plain.history("a")).hasSize(4);
            assertThat(plain.history("a"))
                    .allSatisfy(version ->
                            assertThat(version.entity().orElseThrow().level()).isNull());
            plain.restore("a", 1);
            assertThat(newer.findById("a")).contains(new NewPlain("a", NewLevel.EXTREME, "x"));
            assertThat(plain.unknownConstants()).hasSize(1);
        }
    }

    /** A newer program's. */
    record NewKeyed(NewLevel id, String text) {}

    /** An older program's. */
    record Keyed(Level id, String text) {}

    @Test
    default void anUnknownConstantInAnIdIsAnErrorThatNamesTheRow() {
        String table = subject().newName();
        storage()
                .repository(Entity.of(NewKeyed.class, NewLevel.class).table(table))
                .save(new NewKeyed(NewLevel.EXTREME, "x"));
        Repository<Keyed, Level> keyed =
                storage().repository(Entity.of(Keyed.class, Level.class).table(table));
        assertThatThrownBy(keyed::findAll)
                .isInstanceOf(MappingException.class)
                .hasMessageContainingAll("EXTREME", table, "'id'");
    }

    @Test
    default void whatIsStoredCanBeClearedByCondition() {
        String table = subject().newName();
        repository(NewPlain.class, table).save(new NewPlain("a", NewLevel.EXTREME, "x"));
        Repository<Plain, String> plain = repository(Plain.class, table);
        assertThat(plain.findById("a").orElseThrow().level()).isNull();
        try (var transaction = storage().backend().begin(TransactionOptions.DEFAULT)) {
            Map<String, @Nullable Object> cleared = new TreeMap<>();
            cleared.put("level", null);
            assertThat(transaction.update(table, Condition.eq(Path.of("level"), "EXTREME"), Assignments.of(cleared)))
                    .isEqualTo(1);
            transaction.commit();
        }
        assertThat(plain.find(where(field(Plain::level).isNull()))).hasSize(1);
    }
}
