package io.taskmover.storage.query;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A select statement of the Jakarta Data Query Language 1.0:
 * {@code [select path[, …] | count(this)] [from T] [where …] [order by …]}.
 *
 * @param projection the select list; empty for whole entities
 * @param count whether it is {@code select count(this)}
 * @param from the entity or table named, or null
 * @param condition what rows satisfy; may hold parameters until {@link #bind}
 * @param sorts the order
 */
public record Jdql(
        List<Path> projection, boolean count, @Nullable String from, Condition condition, List<Sort> sorts) {

    /** @throws io.taskmover.storage.error.QueryException with line, column, what was found and what was expected */
    public static Jdql parse(String text) {
        throw new UnsupportedOperationException(text);
    }

    /** The same with values in place of parameters; every parameter needs one, and every value a parameter. */
    public Jdql bind(Map<String, ?> parameters) {
        return this;
    }

    /** The same with values in place of {@code ?1}, {@code ?2}, … */
    public Jdql bind(@Nullable Object... parameters) {
        return this;
    }

    /** The statement as a query for whole entities; a select list or count is a {@code QueryException}. */
    public <T> Query<T> toQuery() {
        return new Query<>(condition, sorts, null, 0);
    }

    /** The statement as a selection from {@code table}. */
    public Select toSelect(String table) {
        return Select.from(Optional.ofNullable(from).orElse(table))
                .where(condition)
                .orderBy(sorts)
                .project(projection);
    }
}
