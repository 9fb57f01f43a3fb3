package io.taskmover.storage;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.RowMapper;
import io.taskmover.storage.mapping.Entity;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Query;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.Row;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.Spliterator;
import java.util.Spliterators;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/** What is asked of entities of one type, as selections of their table. */
final class EntitySelections<T> {
    private final Entity<T, ?> entity;
    private final RowMapper<T> mapper;
    private final String table;
    private final List<Sort> idOrder;

    EntitySelections(Entity<T, ?> entity, RowMapper<T> mapper) {
        this.entity = entity;
        this.mapper = mapper;
        this.table = entity.schema().name();
        this.idOrder = entity.schema().primaryKey().stream()
                .map(column -> new Sort(Path.of(column), false))
                .toList();
    }

    /** All entities, in id order. */
    Select all() {
        return Select.from(table).orderBy(idOrder);
    }

    Select of(Query<? super T> query) {
        return new Select(
                table,
                entity.translate(query.condition()),
                entity.translate(query.sorts()),
                query.limit(),
                query.offset(),
                List.of(),
                List.of());
    }

    /** The entities that have these values, in id order. */
    Select of(Map<String, ? extends @Nullable Object> filters) {
        return all().where(matching(filters));
    }

    Condition matching(Map<String, ? extends @Nullable Object> filters) {
        Condition condition = Condition.all();
        for (Map.Entry<String, ? extends @Nullable Object> filter : filters.entrySet()) {
            Path path = Path.parse(filter.getKey());
            Object value = filter.getValue();
            condition = condition.and(
                    value instanceof Collection<?> values ? Condition.in(path, values) : Condition.eq(path, value));
        }
        return entity.translate(condition);
    }

    PageReader page(Query<? super T> query, PageRequest request) {
        if (query.limit() != null || query.offset() > 0) {
            throw new IllegalArgumentException(
                    "A query to be paged has no limit and no offset; the page request has the size");
        }
        return new PageReader(
                entity.schema(), entity.translate(query.condition()), entity.translate(query.sorts()), request);
    }

    /**
     * Streams a selection.
     *
     * @param ending runs when the stream is closed, or does not come about
     */
    Stream<T> stream(BackendTransaction transaction, Select select, Runnable ending) {
        try {
            RowCursor rows = transaction.select(select);
            return StreamSupport.stream(
                            Spliterators.spliteratorUnknownSize(
                                    iterator(rows), Spliterator.ORDERED | Spliterator.NONNULL),
                            false)
                    .onClose(() -> {
                        rows.close();
                        ending.run();
                    });
        } catch (RuntimeException e) {
            ending.run();
            throw e;
        }
    }

    private Iterator<T> iterator(RowCursor rows) {
        return new Iterator<>() {
            private @Nullable Row next = rows.next();

            @Override
            public boolean hasNext() {
                return next != null;
            }

            @Override
            public T next() {
                Row row = next;
                if (row == null) {
                    throw new NoSuchElementException();
                }
                next = rows.next();
                return mapper.apply(row);
            }
        };
    }
}
