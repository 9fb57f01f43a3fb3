package io.taskmover.storage.query;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Which entities, in which order, and how many. Immutable; each method returns a changed copy.
 *
 * <pre>{@code
 * tasks.find(where(field(Task::priority).atLeast(3)).orderBy(asc(Task::due)).limit(20));
 * tasks.find(jdql("where priority >= :p order by due", Map.of("p", 3)));
 * }</pre>
 *
 * @param condition what the entities satisfy
 * @param sorts the order; empty for none
 * @param limit the most entities, at least 0; null for no limit
 * @param offset how many entities to leave out at the start, at least 0
 */
public record Query<T>(
        Condition condition, List<Sort> sorts, @Nullable Long limit, long offset) {
    public Query {
        sorts = List.copyOf(sorts);
        if ((limit != null && limit < 0) || offset < 0) {
            throw new IllegalArgumentException("limit and offset are not negative: " + limit + ", " + offset);
        }
    }

    /** Every entity. */
    public static <T> Query<T> all() {
        return new Query<>(Condition.all(), List.of(), null, 0);
    }

    public static <T> Query<T> where(Restriction<T> restriction) {
        return new Query<>(restriction.condition(), List.of(), null, 0);
    }

    /**
     * The query that a JDQL text without select list spells: {@code [from T] [where …] [order by …]}.
     *
     * @param parameters values for {@code :name} and {@code ?1} (under the name {@code "1"})
     * @throws io.taskmover.storage.error.QueryException if the text is not JDQL, or a parameter has no value
     */
    public static <T> Query<T> jdql(String text, Map<String, ?> parameters) {
        Jdql statement = Jdql.parse(text);
        return statement.bind(parameters).toQuery();
    }

    /** A JDQL text whose parameters {@code ?1}, {@code ?2}, … have these values. */
    public static <T> Query<T> jdql(String text, Object... parameters) {
        Jdql statement = Jdql.parse(text);
        return statement.bind(parameters).toQuery();
    }

    /** The same, with {@code more} keys after those there are. */
    public Query<T> orderBy(Sort... more) {
        List<Sort> all = new ArrayList<>(sorts);
        all.addAll(List.of(more));
        return new Query<>(condition, all, limit, offset);
    }

    public Query<T> limit(long most) {
        return new Query<>(condition, sorts, most, offset);
    }

    public Query<T> offset(long rows) {
        return new Query<>(condition, sorts, limit, rows);
    }

    /** The same, of those that satisfy {@code restriction} too. */
    public Query<T> and(Restriction<? super T> restriction) {
        return new Query<>(condition.and(restriction.condition()), sorts, limit, offset);
    }
}
