package io.taskmover.storage.testkit;

import static io.taskmover.storage.query.Field.field;
import static io.taskmover.storage.query.Query.where;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.Repository;
import io.taskmover.storage.Storage;
import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.backup.StoreBackup;
import io.taskmover.storage.cache.CacheStatistics;
import io.taskmover.storage.cache.CachingBackend;
import io.taskmover.storage.config.CacheSettings;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.mapping.Entity;
import io.taskmover.storage.metrics.Metric;
import io.taskmover.storage.query.Assignments;
import io.taskmover.storage.query.Query;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A store with a cache answers as one without, and sooner: what a commit changes is never read from the cache again. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class CachedStoreContract {
    /** How long stale reads are hunted for, in seconds. */
    private static final int HUNT_SECONDS = Integer.getInteger("storage.cache.huntSeconds", 2);

    private static final int HUNT_SECONDS_AT_MOST = 600;

    @TempDir
    Path directory;

    private Storage storage;
    private Repository<Note, String> notes;

    /** An entity that can be given to many. */
    record Note(String id, String holder, long n) {}

    /** One that can be changed. */
    static final class Draft {
        String id = "";
        List<String> lines = new ArrayList<>();
    }

    /** The URL of a store in a directory, which exists and is empty. */
    protected abstract String url(Path directory);

    @BeforeEach
    void open() {
        storage = Storage.open(StorageConfig.builder(url(directory))
                .cache(CacheSettings.DEFAULT)
                .build());
        notes = storage.repository(Note.class, String.class);
    }

    @AfterEach
    void close() {
        storage.close();
    }

    private CachingBackend cache() {
        return storage.cache().orElseThrow();
    }

    private static Query<Note> heldBy(String holder) {
        return where(field(Note::holder).eq(holder));
    }

    @Test
    void anImmutableEntityIsBuiltOnceAndFoundAgain() {
        notes.save(new Note("a", "anna", 1));
        Note first = notes.findById("a").orElseThrow();
        assertThat(notes.findById("a").orElseThrow()).isSameAs(first).isEqualTo(new Note("a", "anna", 1));
        assertThat(storage.repository(Note.class, String.class).findById("a").orElseThrow())
                .isSameAs(first);
        CacheStatistics counted = cache().rowStatistics();
        assertThat(counted.hits()).isEqualTo(2);
        assertThat(counted.loads()).isEqualTo(1);
        assertThat(storage.metrics().value(Metric.CACHE_HITS, "rows")).isEqualTo(2);
        assertThat(storage.metrics().value(Metric.CACHE_LOADS, "rows")).isPositive();
        assertThat(storage.metrics().value(Metric.OPERATIONS, "find", "success"))
                .isEqualTo(1);
    }

    @Test
    void anEntityThatCanBeChangedIsBuiltForEachWhoAsks() {
        Repository<Draft, String> drafts = storage.repository(Draft.class, String.class);
        Draft draft = new Draft();
        draft.id = "d";
        draft.lines.add("one");
        drafts.save(draft);
        Draft found = drafts.findById("d").orElseThrow();
        found.lines.add("changed by who was given it");
        assertThat(drafts.findById("d").orElseThrow().lines).containsExactly("one");
        List<Draft> all = drafts.findAll();
        all.get(0).lines.clear();
        all.clear();
        assertThat(drafts.findAll().get(0).lines).containsExactly("one");
    }

    @Test
    void whatACommitChangesIsReadAnew() {
        notes.save(new Note("a", "anna", 1));
        notes.save(new Note("b", "bert", 1));
        assertThat(notes.findById("a")).isPresent();
        assertThat(notes.find(heldBy("anna"))).hasSize(1);

        notes.save(new Note("a", "bert", 2));
        assertThat(notes.findById("a")).contains(new Note("a", "bert", 2));
        assertThat(notes.find(heldBy("anna"))).isEmpty();

        storage.transaction(tx -> notes.delete("a"));
        assertThat(notes.findById("a")).isEmpty();
        notes.insert(new Note("a", "anna", 3));
        assertThat(notes.findById("a")).contains(new Note("a", "anna", 3));
        assertThat(notes.find(heldBy("anna"))).hasSize(1);

        notes.deleteAll(where(field(Note::n).atLeast(2L)));
        assertThat(notes.findById("a")).isEmpty();
        assertThat(notes.find(heldBy("anna"))).isEmpty();
        try (BackendTransaction transaction = storage.backend().begin(TransactionOptions.DEFAULT)) {
            transaction.update("note", field("holder").eq("bert").condition(), Assignments.of(Map.of("n", 9L)));
            transaction.commit();
        }
        assertThat(notes.findById("b")).contains(new Note("b", "bert", 9));
    }

    @Test
    void onlyResultsThatACommitCanAffectAreTakenOut() {
        notes.save(new Note("a", "anna", 1));
        notes.save(new Note("b", "bert", 1));
        assertThat(notes.explainCache(heldBy("anna")).hit()).isFalse();
        assertThat(notes.explainCache(heldBy("anna")).reason()).contains("not asked before");
        notes.find(heldBy("anna"));
        notes.find(heldBy("bert"));
        notes.save(new Note("c", "carl", 1));
        assertThat(notes.explainCache(heldBy("anna")).hit()).isTrue();
        assertThat(notes.explainCache(heldBy("anna")).age()).isNotNull();
        notes.save(new Note("b", "carl", 1));
        assertThat(notes.explainCache(heldBy("anna")).hit()).isTrue();
        assertThat(notes.explainCache(heldBy("bert")).hit()).isFalse();
        assertThat(notes.explainCache(heldBy("bert")).reason()).contains("a commit changed the row 'b'");
        notes.save(new Note("d", "anna", 1));
        assertThat(notes.explainCache(heldBy("anna")).reason()).contains("a commit changed the row 'd'");
        assertThat(notes.find(heldBy("anna"))).hasSize(2);
    }

    @Test
    void aTransactionReadsPastTheCacheAndLeavesNothingInIt() {
        notes.save(new Note("a", "anna", 1));
        notes.findById("a");
        notes.find(heldBy("anna"));
        assertThatThrownBy(() -> storage.transaction(tx -> {
                    notes.save(new Note("a", "bert", 2));
                    assertThat(notes.findById("a")).contains(new Note("a", "bert", 2));
                    assertThat(notes.find(heldBy("anna"))).isEmpty();
                    assertThat(CompletableFuture.supplyAsync(() -> notes.findById("a"))
                                    .join())
                            .contains(new Note("a", "anna", 1));
                    throw new IllegalStateException("rolled back");
                }))
                .hasMessage("rolled back");
        assertThat(notes.findById("a")).contains(new Note("a", "anna", 1));
        assertThat(notes.find(heldBy("anna"))).hasSize(1);
    }

    @Test
    void aChangeOfTheTableEmptiesTheCache() {
        notes.save(new Note("a", "anna", 1));
        assertThat(storage.backend().find("note", "a").orElseThrow().toMap()).hasSize(3);
        assertThat(notes.find(heldBy("anna"))).hasSize(1);
        try (BackendTransaction transaction = storage.backend().begin(TransactionOptions.DEFAULT)) {
            transaction
                    .catalog()
                    .addColumn("note", Column.of("added", DataType.INTEGER).withDefault(5L));
            transaction.write(
                    "note",
                    WriteMode.UPSERT,
                    List.of(Entity.of(Note.class, String.class).toRow(new Note("b", "bert", 1))));
            transaction.commit();
        }
        assertThat(storage.backend().find("note", "a").orElseThrow().get("added"))
                .isEqualTo(5L);
    }

    @Test
    void whatIsLoadedIsFoundThoughNoListenerIsToldOfIt() {
        assertThat(notes.find(heldBy("anna"))).isEmpty();
        try (BackendTransaction transaction = storage.backend().begin(TransactionOptions.DEFAULT)) {
            transaction.load("note", List.of(Entity.of(Note.class, String.class).toRow(new Note("a", "anna", 1))));
            transaction.commit();
        }
        assertThat(notes.find(heldBy("anna"))).containsExactly(new Note("a", "anna", 1));
    }

    @Test
    void aRestoreEmptiesTheCache() {
        notes.save(new Note("a", "anna", 1));
        StoreBackup backup = StoreBackup.at(directory.resolve("backup.zip"));
        backup.write(storage.backend());
        notes.save(new Note("a", "anna", 2));
        notes.save(new Note("b", "anna", 3));
        assertThat(notes.findById("a")).contains(new Note("a", "anna", 2));
        assertThat(notes.findById("b")).isPresent();
        assertThat(notes.find(heldBy("anna"))).hasSize(2);
        backup.replace(storage.backend());
        assertThat(notes.findById("a")).contains(new Note("a", "anna", 1));
        assertThat(notes.findById("b")).isEmpty();
        assertThat(notes.find(heldBy("anna"))).containsExactly(new Note("a", "anna", 1));
    }

    @Test
    void aThousandThreadsThatMissTheSameKeyLoadItOnce() throws Exception {
        notes.save(new Note("a", "anna", 1));
        long before = cache().rowStatistics().loads();
        List<Optional<Note>> found = Concurrently.run(1_000, thread -> () -> notes.findById("a"));
        assertThat(found).allMatch(Optional::isPresent);
        assertThat(cache().rowStatistics().loads() - before).isEqualTo(1);
    }

    @Test
    void whatIsKeptIsBounded() throws IOException {
        storage.close();
        Path small = Files.createDirectory(directory.resolve("small"));
        storage = Storage.open(StorageConfig.builder(url(small))
                .cache(new CacheSettings(50, Duration.ofMinutes(1), 200, Duration.ofMinutes(1)))
                .build());
        notes = storage.repository(Note.class, String.class);
        List<Note> many = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            many.add(new Note("n" + i, "holder " + i % 100, i));
        }
        notes.saveAll(many);
        for (int i = 0; i < 500; i++) {
            assertThat(notes.findById("n" + i)).isPresent();
            assertThat(notes.find(heldBy("holder " + i % 100))).hasSize(5);
        }
        assertThat(notes.findAll()).hasSize(500);
        assertThat(cache().rowStatistics().entries()).isBetween(1L, 50L);
        assertThat(cache().rowStatistics().evictions()).isPositive();
        assertThat(cache().resultStatistics().entries()).isBetween(1L, 20L);
    }

    /** Every read gives what was current at some moment of it, by when commits began and ended. */
    @Test
    @Timeout(value = HUNT_SECONDS_AT_MOST, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void nobodyReadsWhatIsStale() throws Exception {
        StalenessHunt hunt = new StalenessHunt(storage, Duration.ofSeconds(HUNT_SECONDS));
        hunt.run();
        assertThat(hunt.stale()).isEmpty();
        assertThat(hunt.reads()).isPositive();
        assertThat(cache().rowStatistics().hits()).isPositive();
        assertThat(cache().resultStatistics().hits()).isPositive();
    }
}
