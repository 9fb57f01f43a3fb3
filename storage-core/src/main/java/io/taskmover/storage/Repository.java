package io.taskmover.storage;

import io.taskmover.storage.backend.Explanation;
import io.taskmover.storage.cache.CacheExplanation;
import io.taskmover.storage.history.Difference;
import io.taskmover.storage.mapping.UnknownConstant;
import io.taskmover.storage.query.Query;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The entities of one type in a store. Thread-safe. Each call takes part in the transaction of the calling thread, or
 * is a transaction of its own.
 *
 * <p>Arguments are never changed: what a write returns carries generated ids and raised versions. Property names in
 * queries and filters are the entity's own, not the table's columns. Every method throws a
 * {@link io.taskmover.storage.error.StorageException} of the kind that fits; those that are special to a method are
 * named there.
 *
 * <p>Where the program brings a provider of Jakarta Validation, {@code insert}, {@code update}, {@code save} and {@code saveAll}
 * check the constraints of the group {@code Default} on each entity as it is given, before anything is written: what breaks them
 * is a {@link io.taskmover.storage.error.ConstraintException} with the paths of the properties. {@code restore}, removals, what is
 * loaded, and rows that are written without a repository are not checked. The option {@code validation=false} turns it off.
 *
 * @param <T> the entity
 * @param <K> its id
 */
public interface Repository<T, K> {

    /**
     * Adds an entity.
     *
     * @throws io.taskmover.storage.error.DuplicateKeyException if its id, or a unique value, exists already
     * @throws io.taskmover.storage.error.ConstraintException if it breaks rules of the table, with all of them
     */
    T insert(T entity);

    /**
     * Replaces the entity with the same id; what the table holds beyond the entity's properties stays.
     *
     * @throws io.taskmover.storage.error.NotFoundException if there is none
     * @throws io.taskmover.storage.error.ConflictException if its version is not the stored one
     */
    T update(T entity);

    /**
     * Inserts or updates, whichever fits. A null id is generated. With a version property, 0 or null inserts, and any
     * other must be the stored one: a missing entity is a conflict.
     */
    T save(T entity);

    /** Saves in order, all or none, each with its version checked. Returns the saved, in order. */
    List<T> saveAll(Iterable<? extends T> entities);

    Optional<T> findById(K id);

    boolean exists(K id);

    /** All entities in id order, in memory at once; for large tables use {@link #stream}. */
    List<T> findAll();

    /**
     * The entities, in id order, whose properties have all these values: null means is null, a collection means one of
     * its elements.
     */
    List<T> findAll(Map<String, ? extends @Nullable Object> filters);

    List<T> find(Query<? super T> query);

    /**
     * Parts of the entities that a query selects: the components of {@code view}, a record, are properties of the
     * entity by name, and only they are read.
     */
    <R> List<R> find(Query<? super T> query, Class<R> view);

    /** The entities that a query selects, from one snapshot. To be closed; ends with its transaction. */
    Stream<T> stream(Query<? super T> query);

    /** One page of what a query selects; the query itself has no limit and no offset. */
    Page<T> page(Query<? super T> query, PageRequest request);

    long count();

    long count(Map<String, ? extends @Nullable Object> filters);

    /** How many entities satisfy the query's condition; its order, limit and offset play no part. */
    long count(Query<? super T> query);

    /** Removes the entity with this id; whether there was one. */
    boolean delete(K id);

    /** Removes the entities that match, as in {@link #findAll(Map)}; how many there were. */
    long deleteAll(Map<String, ? extends @Nullable Object> filters);

    /**
     * Removes the entities that satisfy the query's condition; how many there were.
     *
     * @throws IllegalArgumentException if the query has a limit or offset, which a removal cannot keep
     */
    long deleteAll(Query<? super T> query);

    /**
     * The constants that rows of the table were found to have since the store was opened, and an enum has not: a newer program
     * wrote them, or they were renamed without an {@link io.taskmover.storage.mapping.Alias}. The property that would have one,
     * or have it inside, reads as null or as an empty {@code Optional}; saving an entity with that keeps what is stored. Of each
     * column at most a hundred, in the order in which they were met.
     */
    List<UnknownConstant> unknownConstants();

    /** How {@link #find} would run: by which index, or by a full scan. */
    Explanation explain(Query<? super T> query);

    /** Whether {@link #find} would be answered from the store's cache, and why, outside of a transaction. */
    CacheExplanation explainCache(Query<? super T> query);

    /**
     * The versions of an entity that are kept, from the oldest to the newest; none if it has not changed since versions are
     * kept.
     *
     * @throws io.taskmover.storage.error.UnsupportedException if versions are not kept in this store
     * @throws io.taskmover.storage.error.MappingException if a version cannot be an entity as they are now
     */
    List<EntityVersion<T>> history(K id);

    /**
     * One version of an entity; empty if there is none of this number, or it is not kept any more.
     *
     * @throws io.taskmover.storage.error.UnsupportedException if versions are not kept in this store
     */
    Optional<EntityVersion<T>> version(K id, long number);

    /**
     * The entities as they were at a moment, by the times of their versions; what is not kept any more cannot be asked
     * for. In a transaction that sees only a snapshot, nobody's later changes are known.
     *
     * @throws io.taskmover.storage.error.UnsupportedException from its methods, if versions are not kept in this store
     */
    AsOf<T, K> asOf(Instant moment);

    /**
     * In which values two versions of an entity differ, in the order of the table's columns; an entity that was removed has
     * none.
     *
     * @throws io.taskmover.storage.error.NotFoundException if one of them is not there
     * @throws io.taskmover.storage.error.UnsupportedException if versions are not kept in this store
     */
    List<Difference> diff(K id, long from, long to);

    /**
     * Saves what an entity was in a version: a change like any other, with a version of its own. Columns that the table
     * did not have then get their defaults.
     *
     * @return the entity as saved
     * @throws io.taskmover.storage.error.NotFoundException if there is no such version, or it is a removal
     * @throws io.taskmover.storage.error.UnsupportedException if versions are not kept in this store
     */
    T restore(K id, long number);
}
