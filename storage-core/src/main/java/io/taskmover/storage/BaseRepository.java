package io.taskmover.storage;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Explanation;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.RowMapper;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.cache.CacheExplanation;
import io.taskmover.storage.error.ConflictException;
import io.taskmover.storage.history.Difference;
import io.taskmover.storage.history.RowHistory;
import io.taskmover.storage.mapping.Entity;
import io.taskmover.storage.mapping.UnknownConstant;
import io.taskmover.storage.mapping.View;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Query;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.transaction.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The repository. To be extended for queries that have names of their own:
 *
 * <pre>{@code
 * final class TaskRepository extends BaseRepository<Task, String> {
 *     TaskRepository(Storage storage) {
 *         super(storage, Entity.of(Task.class, String.class));
 *     }
 *
 *     List<Task> urgent() {
 *         return find(where(field(Task::priority).atLeast(3)).orderBy(asc(Task::due)));
 *     }
 * }
 * }</pre>
 */
public class BaseRepository<T, K> implements Repository<T, K> {
    private final Storage storage;
    private final StorageBackend backend;
    private final Entity<T, K> entity;
    private final String table;
    private final EntitySelections<T> selections;
    private final boolean versioned;
    private final RowMapper<T> mapper;
    private final UnknownConstants unknownConstants;
    private final Map<String, List<String>> formerColumns;

    public BaseRepository(Storage storage, Entity<T, K> entity) {
        this.storage = storage;
        this.backend = storage.backend();
        this.table = entity.schema().name();
        this.entity = TableSetup.prepare(storage, entity);
        this.formerColumns = this.entity.formerColumns();
        this.unknownConstants = storage.unknownConstants();
        this.mapper = this.entity.mapper(unknownConstants);
        this.selections = new EntitySelections<>(this.entity, mapper);
        this.versioned = this.entity.schema().versionColumn().isPresent();
    }

    /** The store that this repository belongs to. */
    protected final Storage storage() {
        return storage;
    }

    /** How the entity is mapped, to the table as it was found. */
    protected final Entity<T, K> entity() {
        return entity;
    }

    @Override
    public T insert(T entity) {
        return write(WriteMode.INSERT, entity);
    }

    @Override
    public T update(T entity) {
        return write(WriteMode.UPDATE, entity);
    }

    @Override
    public T save(T entity) {
        return write(WriteMode.UPSERT, entity);
    }

    private T write(WriteMode mode, T given) {
        Objects.requireNonNull(given, "the entity is null");
        storage.validation().require(entity, given);
        Row stored = write(mode, List.of(entity.toRow(given))).get(0);
        return isCompleted(given) ? mapper.apply(stored) : given;
    }

    /** Whether what was stored differs from what was given: by its version, or by an id that was made for it. */
    private boolean isCompleted(T given) {
        return versioned || entity.keyOf(given) == null;
    }

    private List<Row> write(WriteMode mode, List<Row> rows) {
        Transaction transaction = storage.currentTransaction();
        Set<String> unknown = unknownConstants.columnsOf(table);
        if (!unknown.isEmpty() && rows.stream().anyMatch(row -> KeptConstants.isConcerned(mode, row, unknown))) {
            return transaction == null
                    ? writeKeeping(unknown, mode, rows)
                    : new KeptConstants(transaction.rows(), entity, unknown).write(mode, rows);
        }
        return transaction == null
                ? backend.write(table, mode, rows)
                : transaction.rows().write(table, mode, rows);
    }

    /** As {@link StorageBackend#write} does, whose caller meets no conflict but one of versions. */
    private List<Row> writeKeeping(Set<String> unknown, WriteMode mode, List<Row> rows) {
        for (int attempt = 1; ; attempt++) {
            try (BackendTransaction transaction = backend.begin(TransactionOptions.DEFAULT)) {
                List<Row> stored = new KeptConstants(transaction, entity, unknown).write(mode, rows);
                transaction.commit();
                return stored;
            } catch (ConflictException e) {
                if (e.expected() != null || attempt == StorageBackend.MAX_ATTEMPTS) {
                    throw e;
                }
            }
        }
    }

    @Override
    public List<UnknownConstant> unknownConstants() {
        return unknownConstants.of(table);
    }

    @Override
    public List<T> saveAll(Iterable<? extends T> entities) {
        int expected = entities instanceof Collection<?> all ? all.size() : 0;
        List<T> saved = new ArrayList<>(expected);
        List<Row> rows = new ArrayList<>(expected);
        for (T given : entities) {
            Objects.requireNonNull(given, "one of the entities is null");
            storage.validation().require(entity, given);
            saved.add(given);
            rows.add(entity.toRow(given));
        }
        if (rows.isEmpty()) {
            return List.of();
        }
        List<Row> stored = write(WriteMode.UPSERT, rows);
        for (int i = 0; i < saved.size(); i++) {
            if (isCompleted(saved.get(i))) {
                saved.set(i, mapper.apply(stored.get(i)));
            }
        }
        return saved;
    }

    @Override
    public Optional<T> findById(K id) {
        Object key = entity.toKey(id);
        Transaction transaction = storage.currentTransaction();
        return transaction == null
                ? backend.find(table, key, mapper)
                : transaction.rows().find(table, key).map(mapper);
    }

    @Override
    public boolean exists(K id) {
        return findRow(id).isPresent();
    }

    private Optional<Row> findRow(K id) {
        Object key = entity.toKey(id);
        Transaction transaction = storage.currentTransaction();
        return transaction == null
                ? backend.find(table, key)
                : transaction.rows().find(table, key);
    }

    @Override
    public List<T> findAll() {
        return list(selections.all(), mapper);
    }

    @Override
    public List<T> findAll(Map<String, ? extends @Nullable Object> filters) {
        return list(selections.of(filters), mapper);
    }

    @Override
    public List<T> find(Query<? super T> query) {
        return list(selections.of(query), mapper);
    }

    @Override
    public <R> List<R> find(Query<? super T> query, Class<R> view) {
        View<R> projection = entity.view(view, unknownConstants);
        return list(selections.of(query).project(projection.paths()), projection);
    }

    @Override
    public Stream<T> stream(Query<? super T> query) {
        Select select = selections.of(query);
        Transaction joined = storage.currentTransaction();
        BackendTransaction transaction = joined == null ? backend.begin(TransactionOptions.READ_ONLY) : joined.rows();
        return selections.stream(transaction, select, () -> {
            if (joined == null) {
                transaction.close();
            }
        });
    }

    @Override
    public Page<T> page(Query<? super T> query, PageRequest request) {
        PageReader reader = selections.page(query, request);
        return storage.reading(transaction -> reader.read(transaction, mapper));
    }

    @Override
    public long count() {
        return count(Condition.all());
    }

    @Override
    public long count(Map<String, ? extends @Nullable Object> filters) {
        return count(selections.matching(filters));
    }

    @Override
    public long count(Query<? super T> query) {
        return count(entity.translate(query.condition()));
    }

    private long count(Condition condition) {
        return storage.reading(
                transaction -> transaction.count(Select.from(table).where(condition)));
    }

    @Override
    public boolean delete(K id) {
        Object key = entity.toKey(id);
        Transaction transaction = storage.currentTransaction();
        return transaction == null
                ? backend.delete(table, key)
                : transaction.rows().delete(table, key);
    }

    @Override
    public long deleteAll(Map<String, ? extends @Nullable Object> filters) {
        return deleteAll(selections.matching(filters));
    }

    @Override
    public long deleteAll(Query<? super T> query) {
        if (query.limit() != null || query.offset() > 0) {
            throw new IllegalArgumentException("A removal takes a condition; it cannot keep a limit or offset");
        }
        return deleteAll(entity.translate(query.condition()));
    }

    private long deleteAll(Condition condition) {
        Transaction transaction = storage.currentTransaction();
        return transaction == null
                ? backend.delete(table, condition)
                : transaction.rows().delete(table, condition);
    }

    @Override
    public Explanation explain(Query<? super T> query) {
        return storage.reading(transaction -> transaction.explain(selections.of(query)));
    }

    @Override
    public CacheExplanation explainCache(Query<? super T> query) {
        return storage.cache()
                .map(cache -> cache.explainCache(selections.of(query)))
                .orElseGet(() -> new CacheExplanation(
                        false, "the store has no cache; open it with cache=true to have one", null));
    }

    private <R> List<R> list(Select select, Function<Row, R> mapper) {
        Transaction joined = storage.currentTransaction();
        if (joined == null) {
            return backend.select(select, mapper);
        }
        List<R> found = new ArrayList<>();
        try (RowCursor rows = joined.rows().select(select)) {
            rows.forEachRemaining(row -> found.add(mapper.apply(row)));
        }
        return found;
    }

    // versions

    @Override
    public List<EntityVersion<T>> history(K id) {
        Object key = entity.toKey(id);
        return storage.reading(transaction -> new RowHistory(transaction, table, formerColumns)
                .versions(key).stream()
                        .map(version -> EntityVersion.of(version, mapper))
                        .toList());
    }

    @Override
    public Optional<EntityVersion<T>> version(K id, long number) {
        Object key = entity.toKey(id);
        return storage.reading(transaction -> new RowHistory(transaction, table, formerColumns)
                .version(key, number)
                .map(version -> EntityVersion.of(version, mapper)));
    }

    @Override
    public AsOf<T, K> asOf(Instant moment) {
        return new AsOf<>(storage, entity, mapper, selections, moment);
    }

    @Override
    public List<Difference> diff(K id, long from, long to) {
        Object key = entity.toKey(id);
        return storage.reading(transaction -> {
            RowHistory history = new RowHistory(transaction, table, formerColumns);
            return Difference.between(
                    history.require(key, from).row(), history.require(key, to).row());
        });
    }

    @Override
    public T restore(K id, long number) {
        Object key = entity.toKey(id);
        return storage.inTransaction(
                tx -> mapper.apply(new RowHistory(tx.rows(), table, formerColumns).restore(key, number)));
    }
}
