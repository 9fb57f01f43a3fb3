package io.taskmover.storage;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.RowMapper;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.history.AsOfTransaction;
import io.taskmover.storage.history.VersionedBackend;
import io.taskmover.storage.mapping.Entity;
import io.taskmover.storage.query.Query;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.transaction.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The entities of one type as they were at a moment: {@link Repository#asOf}. Thread-safe.
 *
 * <p>Each method is the repository's of the same name, in the transaction of the calling thread or one of its own. It throws
 * {@link io.taskmover.storage.error.UnsupportedException} if versions are not kept in the store, and
 * {@link io.taskmover.storage.error.NotFoundException} if how an entity was then is not kept any more.
 *
 * @param <T> the entity
 * @param <K> its id
 */
public final class AsOf<T, K> {
    private final Storage storage;
    private final Entity<T, K> entity;
    private final RowMapper<T> mapper;
    private final Map<String, List<String>> formerColumns;
    private final EntitySelections<T> selections;
    private final Instant moment;

    AsOf(Storage storage, Entity<T, K> entity, RowMapper<T> mapper, EntitySelections<T> selections, Instant moment) {
        this.storage = storage;
        this.entity = entity;
        this.mapper = mapper;
        this.formerColumns = entity.formerColumns();
        this.selections = selections;
        this.moment = moment;
    }

    public Optional<T> findById(K id) {
        Object key = entity.toKey(id);
        String table = entity.schema().name();
        VersionedBackend versions = storage.versions();
        if (versions != null && storage.currentTransaction() == null && formerColumns.isEmpty()) {
            return versions.find(table, key, moment).map(mapper);
        }
        return inTransaction(past -> past.find(table, key).map(mapper));
    }

    public List<T> findAll() {
        return list(selections.all());
    }

    public List<T> findAll(Map<String, ? extends @Nullable Object> filters) {
        return list(selections.of(filters));
    }

    public List<T> find(Query<? super T> query) {
        return list(selections.of(query));
    }

    private List<T> list(Select select) {
        return inTransaction(past -> {
            List<T> found = new ArrayList<>();
            try (RowCursor rows = past.select(select)) {
                rows.forEachRemaining(row -> found.add(mapper.apply(row)));
            }
            return found;
        });
    }

    /** To be closed; ends with its transaction. */
    public Stream<T> stream(Query<? super T> query) {
        Select select = selections.of(query);
        Transaction joined = storage.currentTransaction();
        BackendTransaction transaction =
                joined == null ? storage.backend().begin(TransactionOptions.READ_ONLY) : joined.rows();
        return selections.stream(new AsOfTransaction(transaction, moment, formerColumns), select, () -> {
            if (joined == null) {
                transaction.close();
            }
        });
    }

    public Page<T> page(Query<? super T> query, PageRequest request) {
        PageReader reader = selections.page(query, request);
        return inTransaction(past -> reader.read(past, mapper));
    }

    public long count() {
        return count(selections.all());
    }

    public long count(Map<String, ? extends @Nullable Object> filters) {
        return count(selections.of(filters));
    }

    public long count(Query<? super T> query) {
        return count(selections.of(query));
    }

    private long count(Select select) {
        return inTransaction(past -> past.count(select));
    }

    private <R> R inTransaction(Function<BackendTransaction, R> work) {
        return storage.reading(transaction -> work.apply(new AsOfTransaction(transaction, moment, formerColumns)));
    }
}
