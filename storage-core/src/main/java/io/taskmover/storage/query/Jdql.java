package io.taskmover.storage.query;

import io.taskmover.storage.error.QueryException;
import io.taskmover.storage.query.Expression.Literal;
import io.taskmover.storage.query.Expression.Parameter;
import java.time.Clock;
import java.time.LocalDateTime;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A select statement of the Jakarta Data Query Language 1.0:
 * {@code [select path[, …] | count(this)] [from T] [where …] [order by …]}.
 *
 * <p>Keywords are written in any case; names are case-sensitive. A decimal literal is a double as in Java, unless it
 * has more digits than a double keeps: then it is exact. {@code local date}, {@code local time} and
 * {@code local datetime} are those of the clock's zone when the statement is bound, or of UTC when it is turned into a
 * query without. On the right of {@code =} and {@code <>} and in {@code in}, a name that is no field may be an enum
 * constant: {@code status = DONE}, {@code status = Status.DONE}.
 *
 * @param projection the select list; empty for whole entities
 * @param count whether it is {@code select count(this)}
 * @param from the entity or table named, or null
 * @param condition what rows satisfy; may hold parameters until {@link #bind}
 * @param sorts the order
 */
public record Jdql(
        List<Path> projection, boolean count, @Nullable String from, Condition condition, List<Sort> sorts) {
    public Jdql {
        projection = List.copyOf(projection);
        sorts = List.copyOf(sorts);
    }

    /** @throws QueryException with line, column, what was found and what was expected */
    public static Jdql parse(String text) {
        return JdqlParser.parse(text);
    }

    /**
     * The same with values in place of parameters; every parameter needs one, and every value a parameter.
     *
     * @param parameters by name, {@code "1"} for {@code ?1}; a collection or array of objects stands for its elements
     *     in {@code in (…)}
     * @throws QueryException that names the parameters without value and the values without parameter
     */
    public Jdql bind(Map<String, ?> parameters) {
        return bind(parameters, Clock.systemUTC());
    }

    /** The same, with the date and time of {@code clock} in its zone for {@code local date} and its like. */
    public Jdql bind(Map<String, ?> parameters, Clock clock) {
        checkNames(parameters);
        return withLocal(LocalDateTime.now(clock)).replaced(parameter -> {
            // a null value is bound as null; whether there is one has been checked
            return new Literal(parameters.get(parameter.name()));
        });
    }

    /** The same with values in place of {@code ?1}, {@code ?2}, … */
    public Jdql bind(@Nullable Object... parameters) {
        Map<String, @Nullable Object> byName = new LinkedHashMap<>();
        for (int i = 0; i < parameters.length; i++) {
            byName.put(Integer.toString(i + 1), parameters[i]);
        }
        return bind(byName);
    }

    /** The names of the parameters, {@code "1"} for {@code ?1}, in the order of their first use. */
    public Set<String> parameters() {
        Set<String> names = new LinkedHashSet<>();
        replaced(parameter -> {
            if (!parameter.name().startsWith(LocalNow.PREFIX)) {
                names.add(parameter.name());
            }
            return parameter;
        });
        return names;
    }

    private void checkNames(Map<String, ?> given) {
        Set<String> names = parameters();
        Set<String> missing = new LinkedHashSet<>(names);
        missing.removeAll(given.keySet());
        if (!missing.isEmpty()) {
            throw new QueryException(
                    (missing.size() == 1 ? "There is no value for parameter " : "There are no values for parameters ")
                            + shown(missing));
        }
        Set<String> surplus = new LinkedHashSet<>(given.keySet());
        surplus.removeAll(names);
        if (!surplus.isEmpty()) {
            throw new QueryException(
                    (surplus.size() == 1 ? "The query has no parameter " : "The query has no parameters ")
                            + shown(surplus)
                            + (names.isEmpty() ? "" : "; it has " + shown(names)));
        }
    }

    private static String shown(Set<String> names) {
        return names.stream()
                .map(name -> name.isEmpty() ? "''" : QueryText.parameter(name))
                .collect(Collectors.joining(", "));
    }

    private Jdql withLocal(LocalDateTime now) {
        return replaced(parameter -> {
            Object value = LocalNow.value(parameter, now);
            return value == null ? parameter : new Literal(value);
        });
    }

    private Jdql replaced(Function<Parameter, Expression> values) {
        return new Jdql(projection, count, from, new Parameters(values).replace(condition), sorts);
    }

    /** The statement as a query for whole entities; a select list or count is a {@code QueryException}. */
    public <T> Query<T> toQuery() {
        if (count || !projection.isEmpty()) {
            throw new QueryException("A query for entities has no select list; found 'select "
                    + (count
                            ? "count(this)"
                            : projection.stream().map(Path::toString).collect(Collectors.joining(", ")))
                    + "'");
        }
        return new Query<>(withLocal(LocalDateTime.now(Clock.systemUTC())).condition, sorts, null, 0);
    }

    /** The statement as a selection from the table that it names, or else from {@code table}. */
    public Select toSelect(String table) {
        return Select.from(Optional.ofNullable(from).orElse(table))
                .where(withLocal(LocalDateTime.now(Clock.systemUTC())).condition)
                .orderBy(sorts)
                .project(projection);
    }

    /** The statement as JDQL; it parses to an equal one unless a value was bound that JDQL cannot spell. */
    @Override
    public String toString() {
        return QueryText.of(this);
    }
}
