package io.taskmover.storage.testkit;

import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Condition.Operator;
import io.taskmover.storage.query.Expression;
import io.taskmover.storage.query.Expression.Literal;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Json;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * Makes tables, rows and queries that are the same for the same seed. Values come from small pools of edge cases, so
 * that rows and queries meet; expressions never fail, since which part of a condition is looked at first is a backend's
 * own choice.
 */
public final class QueryGenerator {
    /** Members of the JSON column that queries lead into; some stand in no row. */
    private static final List<String> PLACES = List.of("a", "b", "deep.a", "deep.none");

    private final Random random;
    private final OperandGenerator operands;
    private final TableSchema schema;

    /**
     * @param seed what all choices follow from
     * @param table the name of the table
     */
    public QueryGenerator(long seed, String table) {
        this.random = new Random(seed);
        this.schema = schema(table);
        this.operands = new OperandGenerator(random, PLACES);
    }

    /** A table with a column {@code c_…} of every type, {@code n} of small integers, and some of them indexed. */
    public TableSchema schema() {
        return schema;
    }

    private TableSchema schema(String table) {
        TableSchema.Builder builder = TableSchema.builder(table);
        boolean composite = random.nextInt(3) == 0;
        builder.column("id", random.nextBoolean() ? DataType.TEXT : DataType.INTEGER)
                .column("part", DataType.INTEGER);
        for (DataType type : DataType.values()) {
            String column = OperandGenerator.column(type);
            builder.column(column, type);
            if (type.isOrdered() && random.nextInt(2) == 0) {
                builder.index(column);
            }
        }
        builder.column("n", DataType.INTEGER);
        if (random.nextBoolean()) {
            builder.index("n", OperandGenerator.column(DataType.TEXT));
        }
        return (composite ? builder.primaryKey("part", "id") : builder.primaryKey("id")).build();
    }

    /** {@code count} rows with different keys. */
    public List<Row> rows(int count) {
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Map<String, @Nullable Object> values = new LinkedHashMap<>();
            values.put("id", schema.column("id").type() == DataType.TEXT ? key(i) : (Object) (long) (i - count / 2));
            values.put("part", (long) random.nextInt(3));
            for (DataType type : DataType.values()) {
                values.put(OperandGenerator.column(type), type == DataType.JSON ? json() : operands.value(type));
            }
            values.put("n", random.nextInt(5) == 0 ? null : (long) random.nextInt(7) - 3);
            rows.add(schema.rowType().row(values));
        }
        return rows;
    }

    private static String key(int number) {
        List<Object> texts = TypeSamples.of(DataType.TEXT);
        return texts.get(number % texts.size()) + (number < texts.size() ? "" : "#" + number);
    }

    private @Nullable Object json() {
        if (random.nextInt(8) == 0) {
            return null;
        }
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("a", operands.jsonScalar());
        members.put("b", random.nextBoolean() ? operands.jsonScalar() : List.of(1, "x"));
        members.put("deep", random.nextInt(3) == 0 ? operands.jsonScalar() : nested());
        if (random.nextInt(4) == 0) {
            members.remove("a");
        }
        return Json.canonical(members);
    }

    private Map<String, @Nullable Object> nested() {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        members.put("a", operands.jsonScalar());
        return members;
    }

    /** A selection of the table: any condition, any order, limit, offset and projection. */
    public Select select() {
        Select select = Select.from(schema.name()).where(condition(3));
        if (random.nextInt(3) > 0) {
            List<Sort> sorts = new ArrayList<>();
            for (int i = random.nextInt(3); i >= 0; i--) {
                sorts.add(new Sort(sortable(), random.nextBoolean()));
            }
            select = select.orderBy(sorts);
        }
        if (random.nextInt(3) == 0) {
            select = select.limit((long) random.nextInt(20));
        }
        if (random.nextInt(4) == 0) {
            select = select.offset(random.nextInt(12));
        }
        return random.nextInt(3) == 0 ? select.project(projection()) : select;
    }

    private Path sortable() {
        return random.nextInt(5) == 0 ? operands.place() : operands.path(operands.orderedType());
    }

    private List<Path> projection() {
        List<Path> paths = new ArrayList<>();
        for (Path path : List.of(operands.place(), operands.path(operands.orderedType()), Path.of("n"))) {
            if (!paths.contains(path)) {
                paths.add(path);
            }
        }
        return paths;
    }

    private Condition condition(int depth) {
        if (depth > 0 && random.nextInt(2) == 0) {
            return switch (random.nextInt(3)) {
                case 0 -> new Condition.And(conditions(depth - 1));
                case 1 -> new Condition.Or(conditions(depth - 1));
                default -> condition(depth - 1).not();
            };
        }
        return random.nextInt(4) == 0 ? onPlace() : onColumn();
    }

    private List<Condition> conditions(int depth) {
        List<Condition> conditions = new ArrayList<>();
        for (int i = random.nextInt(3); i >= 0; i--) {
            conditions.add(condition(depth));
        }
        return conditions;
    }

    private Condition onColumn() {
        DataType type = operands.orderedType();
        return switch (random.nextInt(8)) {
            case 0 -> new Condition.IsNull(operands.path(type));
            case 1 -> new Condition.In(operands.expression(type), literals(type));
            case 2 -> new Condition.Between(operands.expression(type), operands.literal(type), operands.literal(type));
            case 3 -> new Condition.Like(operands.expression(DataType.TEXT), new Literal(operands.pattern()));
            case 4 -> new Condition.Comparison(operator(), operands.literal(type), operands.path(type));
            case 5 -> new Condition.Comparison(operator(), operands.expression(type), operands.expression(type));
            default -> new Condition.Comparison(operator(), operands.expression(type), operands.literal(type));
        };
    }

    private Condition onPlace() {
        Path place = operands.place();
        return switch (random.nextInt(6)) {
            case 0 -> new Condition.IsNull(place);
            case 1 -> new Condition.Like(place, new Literal(operands.pattern()));
            case 2 -> new Condition.Comparison(operator(), place, operands.place());
            case 3 -> new Condition.In(place, List.of(operands.jsonLiteral(), operands.jsonLiteral()));
            default -> new Condition.Comparison(operator(), place, operands.jsonLiteral());
        };
    }

    private List<Expression> literals(DataType type) {
        List<Expression> literals = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            literals.add(operands.literal(type));
        }
        return literals;
    }

    private Operator operator() {
        Operator[] operators = Operator.values();
        return operators[random.nextInt(operators.length)];
    }
}
