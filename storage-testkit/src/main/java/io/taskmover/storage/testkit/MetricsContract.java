package io.taskmover.storage.testkit;

import static io.taskmover.storage.query.Field.field;
import static io.taskmover.storage.query.Query.where;
import static io.taskmover.storage.query.Sort.desc;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.Repository;
import io.taskmover.storage.Storage;
import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.backend.Replacement;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.mapping.Entity;
import io.taskmover.storage.metrics.Meter;
import io.taskmover.storage.metrics.Metric;
import io.taskmover.storage.query.Assignments;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.transaction.RetryPolicy;
import io.taskmover.storage.transaction.Transaction;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a store measures is what it did. */
interface MetricsContract extends Contract {

    /** An entity with a version. */
    record Counted(String id, String holder, long n, long version) {
        static Counted of(String id, long n) {
            return new Counted(id, "h" + n % 2, n, 0);
        }
    }

    /** Without a cache, which would answer some of what is counted. */
    private StorageConfig.Builder config() {
        return subject().newConfig().option("cache", "false");
    }

    private static Repository<Counted, String> counted(Storage storage) {
        return storage.repository(Entity.of(Counted.class, String.class).version(Counted::version));
    }

    /** What has been added to counters since a moment. */
    final class Since {
        private final Storage storage;
        private final Map<String, Double> before;

        Since(Storage storage) {
            this.storage = storage;
            this.before = counters(storage.metrics().meters());
        }

        static Map<String, Double> counters(List<Meter> meters) {
            Map<String, Double> all = new LinkedHashMap<>();
            for (Meter meter : meters) {
                if (meter.metric().kind() != Metric.Kind.GAUGE) {
                    all.put(meter.title(), (double) meter.count());
                    all.put(meter.title() + " time", meter.value());
                }
            }
            return all;
        }

        /** By name with labels; those that are as they were left out. */
        Map<String, Long> added() {
            Map<String, Long> added = new LinkedHashMap<>();
            for (Meter meter : storage.metrics().meters()) {
                if (meter.metric().kind() == Metric.Kind.COUNTER) {
                    long more = meter.count()
                            - before.getOrDefault(meter.title(), 0.0).longValue();
                    if (more != 0) {
                        added.put(meter.title().replace("storage.", ""), more);
                    }
                }
            }
            return added;
        }

        long added(Metric metric, String... labels) {
            Meter meter = storage.metrics().meter(metric, labels).orElseThrow();
            return meter.count() - before.getOrDefault(meter.title(), 0.0).longValue();
        }
    }

    /** What the layer counts, without what the backend has of its own. */
    private static Map<String, Long> ofOperations(Since since) {
        Map<String, Long> added = since.added();
        added.keySet().removeIf(name -> !name.matches("(operations\\{|rows\\.|transactions\\.).*"));
        return added;
    }

    @Test
    default void theMetersSayExactlyWhatWasDone() {
        try (Storage storage = Storage.open(config().latencies(true).build())) {
            Repository<Counted, String> rows = counted(storage);
            Since since = new Since(storage);
            for (int i = 0; i < 5; i++) {
                rows.insert(Counted.of("r" + i, i));
            }
            rows.saveAll(List.of(Counted.of("s1", 1), Counted.of("s2", 2)));
            assertThatThrownBy(() -> rows.insert(Counted.of("r0", 0))).isInstanceOf(DuplicateKeyException.class);
            for (int i = 0; i < 3; i++) {
                assertThat(rows.findById("r" + i)).isPresent();
            }
            assertThat(rows.findById("x")).isEmpty();
            assertThat(rows.exists("r1")).isTrue();
            assertThat(rows.find(where(field(Counted::n).atLeast(3L)))).hasSize(2);
            assertThat(rows.delete("s1")).isTrue();
            assertThat(rows.delete("s1")).isFalse();
            assertThat(rows.deleteAll(where(field("id").eq("s2")))).isEqualTo(1);
            assertThat(ofOperations(since))
                    .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                            Map.entry("operations{operation=insert,outcome=success}", 5L),
                            Map.entry("operations{operation=insert,outcome=error}", 1L),
                            Map.entry("operations{operation=upsert,outcome=success}", 1L),
                            Map.entry("operations{operation=find,outcome=success}", 5L),
                            Map.entry("operations{operation=select,outcome=success}", 1L),
                            Map.entry("operations{operation=delete,outcome=success}", 3L),
                            Map.entry("rows.written", 7L),
                            Map.entry("rows.read", 6L),
                            Map.entry("rows.deleted", 2L)));
            Meter finds = storage.metrics().meter(Metric.OPERATION_TIME, "find").orElseThrow();
            assertThat(finds.count()).isGreaterThanOrEqualTo(5);
            assertThat(finds.value()).isPositive();
            assertThat(storage.metrics().value(Metric.OPERATION_TIME_MAX, "find"))
                    .isPositive()
                    .isLessThanOrEqualTo(finds.value());
        }
    }

    @Test
    default void transactionsAreCountedByHowTheyEnd() {
        try (Storage storage = Storage.open(config().build())) {
            Repository<Counted, String> rows = counted(storage);
            Counted stale = rows.insert(Counted.of("a", 1));
            rows.update(new Counted("a", "h", 2, stale.version()));
            Since since = new Since(storage);
            storage.transaction(tx -> rows.insert(Counted.of("b", 1)));
            assertThatThrownBy(() -> storage.transaction(tx -> {
                        rows.insert(Counted.of("c", 1));
                        throw new IllegalStateException("no");
                    }))
                    .hasMessage("no");
            assertThatThrownBy(() -> storage.retrying(RetryPolicy.attempts(3)).transaction(tx -> rows.update(stale)))
                    .isInstanceOf(ConflictException.class);
            assertThat(rows.count()).isEqualTo(2);
            try (Stream<Counted> all = rows.stream(where(field(Counted::n).atLeast(0L)))) {
                assertThat(all.toList()).hasSize(2);
            }
            assertThat(storage.metrics().value(Metric.TRANSACTIONS_OPEN)).isZero();
            assertThat(storage.metrics().value(Metric.TRANSACTIONS_OLDEST)).isZero();
            try (Transaction open = storage.begin(TransactionOptions.READ_ONLY)) {
                assertThat(storage.metrics().value(Metric.TRANSACTIONS_OPEN)).isEqualTo(1);
                double age = storage.metrics().value(Metric.TRANSACTIONS_OLDEST);
                assertThat(age).isPositive();
                assertThat(storage.metrics().value(Metric.TRANSACTIONS_OLDEST)).isGreaterThan(age);
                open.commit();
            }
            assertThat(storage.metrics().value(Metric.TRANSACTIONS_OPEN)).isZero();
            assertThat(ofOperations(since))
                    .containsExactlyInAnyOrderEntriesOf(Map.ofEntries(
                            Map.entry("operations{operation=begin,outcome=success}", 8L),
                            Map.entry("operations{operation=commit,outcome=success}", 2L),
                            Map.entry("operations{operation=insert,outcome=success}", 2L),
                            Map.entry("operations{operation=update,outcome=conflict}", 3L),
                            Map.entry("operations{operation=count,outcome=success}", 1L),
                            Map.entry("operations{operation=select,outcome=success}", 1L),
                            Map.entry("rows.written", 2L),
                            Map.entry("rows.read", 2L),
                            Map.entry("transactions.begun", 8L),
                            Map.entry("transactions.ended{outcome=committed}", 1L),
                            Map.entry("transactions.ended{outcome=rolled_back}", 1L),
                            Map.entry("transactions.ended{outcome=conflict}", 3L),
                            Map.entry("transactions.ended{outcome=read}", 3L),
                            Map.entry("transactions.retried", 2L)));
        }
    }

    /** Everything is slow: each operation is followed by a question for its plan, in its transaction if it has one. */
    @Test
    default void askingForPlansChangesNothing() {
        try (Storage storage =
                Storage.open(config().slowQuery(Duration.ofNanos(1)).build())) {
            Repository<Counted, String> rows = counted(storage);
            for (int i = 0; i < 9; i++) {
                rows.insert(Counted.of("r" + i, i));
            }
            Since since = new Since(storage);
            assertThat(rows.find(where(field(Counted::holder).eq("h1")).orderBy(desc(Counted::n))))
                    .hasSize(4);
            assertThat(rows.find(where(field(Counted::holder).eq("h2")))).isEmpty();
            try (BackendTransaction transaction = storage.backend().begin(TransactionOptions.DEFAULT)) {
                Select odd =
                        Select.from("counted").where(field("holder").eq("h1").condition());
                try (RowCursor cursor = transaction.select(odd)) {
                    assertThat(cursor.next()).isNotNull();
                }
                assertThat(transaction.count(odd)).isEqualTo(4);
                assertThat(transaction.update("counted", odd.condition(), Assignments.of(Map.of("n", 100L))))
                        .isEqualTo(4);
                assertThat(transaction.delete("counted", field("n").eq(0L).condition()))
                        .isEqualTo(1);
                assertThatThrownBy(() -> transaction.count(Select.from("counted")
                                .where(field("nothing").eq(1L).condition())))
                        .isInstanceOf(RuntimeException.class);
                transaction.commit();
            }
            assertThat(rows.find(where(field(Counted::n).eq(100L)))).hasSize(4);
            assertThat(rows.count()).isEqualTo(8);
            // what is slow is every operation; what was asked for its plan is none
            Map<String, Long> added = since.added();
            long operations = added.entrySet().stream()
                    .filter(entry -> entry.getKey().startsWith("operations{"))
                    .mapToLong(Map.Entry::getValue)
                    .sum();
            assertThat(since.added(Metric.OPERATIONS_SLOW))
                    .isEqualTo(operations)
                    .isEqualTo(12);
            assertThat(since.added(Metric.ROWS_READ)).isEqualTo(9);
        }
    }

    @Test
    default void countersNeverGoBackAndStayAfterClosing() {
        StorageConfig config = config().latencies(true).build();
        List<Meter> meters;
        Map<String, Double> last;
        try (Storage storage = Storage.open(config)) {
            Repository<Counted, String> rows = counted(storage);
            meters = storage.metrics().meters();
            Set<String> titles = new HashSet<>();
            assertThat(meters).allMatch(meter -> titles.add(meter.title()));
            Map<String, Double> before = Since.counters(meters);
            rows.saveAll(Stream.of("a", "b", "c").map(id -> Counted.of(id, 1)).toList());
            Map<String, Double> after = Since.counters(meters);
            assertNoneWentBack(before, after);
            if (capabilities().has(Feature.BACKUPS)) {
                StorageBackend backend = storage.backend();
                try (Replacement replacement = backend.beginReplacement()) {
                    replacement.create(backend.schemaOf("counted"), 0);
                    replacement.commit();
                }
            }
            storage.refresh();
            assertThat(rows.count()).isEqualTo(capabilities().has(Feature.BACKUPS) ? 0 : 3);
            last = Since.counters(meters);
            assertNoneWentBack(after, last);
            assertThat(storage.metrics().meters()).isEqualTo(meters);
        }
        assertNoneWentBack(last, Since.counters(meters));
        assertThat(meters).allSatisfy(meter -> assertThat(meter.value()).isNotNegative());
    }

    private static void assertNoneWentBack(Map<String, Double> before, Map<String, Double> after) {
        assertThat(after.keySet()).isEqualTo(before.keySet());
        assertThat(after)
                .allSatisfy((name, value) -> assertThat(value).as(name).isGreaterThanOrEqualTo(before.get(name)));
    }
}
