package io.taskmover.storage.query;

import io.taskmover.storage.query.Condition.Operator;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.OutputStream;
import java.io.Serializable;
import java.lang.invoke.SerializedLambda;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A property of an entity in a query, by method reference or by name. Makes {@link Restriction}s.
 *
 * @param <T> the entity; {@link Object} for a field by name, which fits every entity
 * @param <V> the property's type
 */
public final class Field<T, V> {
    /** The paths of method references met before: finding one takes longer than running a query. */
    private static final ClassValue<AtomicReference<@Nullable Path>> KNOWN = new ClassValue<>() {
        @Override
        protected AtomicReference<@Nullable Path> computeValue(Class<?> reference) {
            return new AtomicReference<>();
        }
    };

    private final Path path;

    private Field(Path path) {
        this.path = path;
    }

    /** A reference to an accessor: {@code Task::priority}, {@code User::getName}, {@code User::isActive}. */
    @FunctionalInterface
    public interface Property<T, V> extends Serializable {
        @Nullable
        V get(T entity);
    }

    /** @throws IllegalArgumentException if {@code property} is a lambda and not a method reference */
    public static <T, V> Field<T, V> field(Property<T, V> property) {
        return new Field<>(path(property));
    }

    /** A field by name; dots lead into nested values: {@code field("name.common")}. */
    public static Field<Object, Object> field(String path) {
        return new Field<>(Path.parse(path));
    }

    /** The property below this one: {@code field(Customer::address).then(Address::city)}. */
    public <W> Field<T, W> then(Property<V, W> nested) {
        String[] segments = Arrays.copyOf(
                path.segments().toArray(new String[0]), path.segments().size() + 1);
        segments[segments.length - 1] = path(nested).column();
        return new Field<>(Path.of(segments));
    }

    public Path path() {
        return path;
    }

    /** Equal; null tests for null. */
    public Restriction<T> eq(@Nullable V value) {
        return new Restriction<>(Condition.eq(path, value));
    }

    /** Not equal; null tests for not null. Rows whose value is null do not satisfy {@code ne("x")}, as in SQL. */
    public Restriction<T> ne(@Nullable V value) {
        return value == null ? isNotNull() : compare(Operator.NE, value);
    }

    public Restriction<T> lessThan(V value) {
        return compare(Operator.LT, value);
    }

    public Restriction<T> atMost(V value) {
        return compare(Operator.LE, value);
    }

    public Restriction<T> greaterThan(V value) {
        return compare(Operator.GT, value);
    }

    public Restriction<T> atLeast(V value) {
        return compare(Operator.GE, value);
    }

    /** Both ends inclusive. */
    public Restriction<T> between(V low, V high) {
        return new Restriction<>(
                new Condition.Between(path, new Expression.Literal(low), new Expression.Literal(high)));
    }

    @SafeVarargs
    public final Restriction<T> in(V... values) {
        List<V> list = new ArrayList<>(values.length);
        for (V value : values) {
            list.add(value);
        }
        return in(list);
    }

    public Restriction<T> in(Collection<? extends V> values) {
        return new Restriction<>(Condition.in(path, values));
    }

    /** The whole text matches: {@code %} stands for any characters, {@code _} for one. Case-sensitive. */
    public Restriction<T> like(String pattern) {
        return new Restriction<>(new Condition.Like(path, new Expression.Literal(pattern)));
    }

    public Restriction<T> isNull() {
        return new Restriction<>(new Condition.IsNull(path));
    }

    public Restriction<T> isNotNull() {
        return isNull().not();
    }

    private Restriction<T> compare(Operator operator, V value) {
        return new Restriction<>(Condition.compare(path, operator, value));
    }

    /** The path of one segment that a method reference names; {@code getName} and {@code isName} give {@code name}. */
    static Path path(Property<?, ?> property) {
        Class<?> reference = property.getClass();
        // the JVM makes a hidden class for each method reference in the program, so that the class tells the method
        if (!reference.isHidden()) {
            return find(property);
        }
        AtomicReference<@Nullable Path> known = KNOWN.get(reference);
        Path path = known.get();
        if (path == null) {
            path = find(property);
            known.set(path);
        }
        return path;
    }

    private static Path find(Property<?, ?> property) {
        String method = methodName(property);
        if (method.startsWith("lambda$")) {
            throw new IllegalArgumentException(
                    "A field is given by a method reference such as Task::title, not by a lambda");
        }
        int prefix = method.startsWith("get") ? 3 : method.startsWith("is") ? 2 : 0;
        if (prefix > 0 && method.length() > prefix && Character.isUpperCase(method.charAt(prefix))) {
            return Path.of(Character.toLowerCase(method.charAt(prefix)) + method.substring(prefix + 1));
        }
        return Path.of(method);
    }

    /**
     * Serializing a lambda hands its {@link SerializedLambda} to the stream. Unlike a reflective call of its
     * {@code writeReplace}, that needs no access to the package of a caller in a named module.
     */
    private static String methodName(Property<?, ?> property) {
        try (LambdaReader reader = new LambdaReader()) {
            reader.writeObject(property);
            if (reader.lambda != null) {
                return reader.lambda.getImplMethodName();
            }
        } catch (IOException e) {
            throw new IllegalArgumentException("Not a method reference: " + property, e);
        }
        throw new IllegalArgumentException("Not a method reference: " + property);
    }

    private static final class LambdaReader extends ObjectOutputStream {
        private @Nullable SerializedLambda lambda;

        LambdaReader() throws IOException {
            super(OutputStream.nullOutputStream());
            enableReplaceObject(true);
        }

        @Override
        protected @Nullable Object replaceObject(Object object) {
            if (object instanceof SerializedLambda found) {
                lambda = found;
                return null;
            }
            return object;
        }
    }

    @Override
    public String toString() {
        return path.toString();
    }
}
