package io.taskmover.storage.testkit;

import io.taskmover.storage.query.Expression;
import io.taskmover.storage.query.Expression.Arithmetic;
import io.taskmover.storage.query.Expression.Call;
import io.taskmover.storage.query.Expression.Concatenation;
import io.taskmover.storage.query.Expression.Function;
import io.taskmover.storage.query.Expression.Literal;
import io.taskmover.storage.query.Expression.Negation;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.schema.DataType;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/** Makes the operands of generated queries: columns, places in JSON, literals, and expressions that cannot fail. */
final class OperandGenerator {
    private static final List<DataType> ORDERED =
            List.of(DataType.values()).stream().filter(DataType::isOrdered).toList();
    private static final List<Object> JSON_SCALARS =
            List.of("", "a", "A", "a ", "5", "😀", "\uFFFD", "true", 5L, 0L, -3L, 5.5, 1e10, true, false);
    private static final List<String> PATTERNS = List.of(
            "%", "_", "a%", "%a", "_%", "A%", "%😀%", "a_", "", "1%", "%\\%", "e\u0301%", "%'%", "\uDBFF\uDFFF%");

    private final Random random;
    private final List<String> places;

    OperandGenerator(Random random, List<String> places) {
        this.random = random;
        this.places = places;
    }

    /** The column of a type. */
    static String column(DataType type) {
        return "c_" + type.name().toLowerCase(Locale.ROOT);
    }

    DataType orderedType() {
        return pick(ORDERED);
    }

    /** A column of a type that has one; sometimes the small integers. */
    Path path(DataType type) {
        return Path.of(type == DataType.INTEGER && random.nextBoolean() ? "n" : column(type));
    }

    /** A place in the JSON column. */
    Path place() {
        return Path.parse(column(DataType.JSON) + "." + pick(places));
    }

    /** A value of a type, or null. */
    @Nullable
    Object value(DataType type) {
        if (random.nextInt(6) == 0) {
            return null;
        }
        List<Object> samples = TypeSamples.of(type);
        List<Object> twins = TypeSamples.twins(type);
        return !twins.isEmpty() && random.nextInt(4) == 0 ? pick(twins) : pick(samples);
    }

    /** A literal of a type, seldom null. */
    Literal literal(DataType type) {
        return new Literal(random.nextInt(15) == 0 ? null : pick(TypeSamples.of(type)));
    }

    @Nullable
    Object jsonScalar() {
        return random.nextInt(6) == 0 ? null : pick(JSON_SCALARS);
    }

    Literal jsonLiteral() {
        return new Literal(pick(JSON_SCALARS));
    }

    String pattern() {
        return pick(PATTERNS);
    }

    /** A column of a type, or something computed that has the type. */
    Expression expression(DataType type) {
        if (random.nextInt(3) > 0) {
            return path(type);
        }
        return switch (type) {
            case INTEGER -> integer(2);
            case TEXT -> text(2);
            case REAL ->
                new Arithmetic(
                        pick(List.of(Arithmetic.Operator.ADD, Arithmetic.Operator.MULTIPLY)),
                        Path.of("n"),
                        new Literal(0.5));
            case DECIMAL -> new Negation(path(type));
            default -> path(type);
        };
    }

    /** Small numbers combined: no overflow, no division by zero. */
    private Expression integer(int depth) {
        if (depth == 0 || random.nextInt(3) == 0) {
            return random.nextInt(3) == 0 ? new Literal((long) random.nextInt(9) - 4) : Path.of("n");
        }
        return switch (random.nextInt(6)) {
            case 0 -> new Negation(integer(depth - 1));
            case 1 -> new Call(Function.ABS, List.of(integer(depth - 1)));
            case 2 -> new Call(Function.LENGTH, List.of(text(depth - 1)));
            case 3 ->
                new Arithmetic(Arithmetic.Operator.DIVIDE, integer(depth - 1), new Literal(pick(List.of(2L, -3L))));
            default ->
                new Arithmetic(
                        pick(List.of(
                                Arithmetic.Operator.ADD, Arithmetic.Operator.SUBTRACT, Arithmetic.Operator.MULTIPLY)),
                        integer(depth - 1),
                        integer(depth - 1));
        };
    }

    private Expression text(int depth) {
        if (depth == 0 || random.nextInt(3) == 0) {
            return random.nextInt(4) == 0
                    ? new Literal(pick(TypeSamples.of(DataType.TEXT)))
                    : Path.of(column(DataType.TEXT));
        }
        return switch (random.nextInt(5)) {
            case 0 -> new Call(Function.LOWER, List.of(text(depth - 1)));
            case 1 -> new Call(Function.UPPER, List.of(text(depth - 1)));
            case 2 -> new Call(Function.LEFT, List.of(text(depth - 1), new Literal((long) random.nextInt(3))));
            case 3 -> new Call(Function.RIGHT, List.of(text(depth - 1), new Literal((long) random.nextInt(3))));
            default -> new Concatenation(text(depth - 1), text(depth - 1));
        };
    }

    private <E> E pick(List<? extends E> from) {
        return from.get(random.nextInt(from.size()));
    }
}
