package io.taskmover.storage.query;

import io.taskmover.storage.query.Condition.Operator;
import io.taskmover.storage.query.Expression.Arithmetic;
import io.taskmover.storage.query.Expression.Call;
import io.taskmover.storage.query.Expression.Concatenation;
import io.taskmover.storage.query.Expression.Function;
import io.taskmover.storage.query.Expression.Literal;
import io.taskmover.storage.query.Expression.Negation;
import io.taskmover.storage.query.Expression.Parameter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Derives random sentences of the select statement from the grammar that Jakarta Data 1.0 publishes (JDQL.g4), rule by
 * rule, and builds beside each its meaning, without the parser's help. The grammar is ambiguous and ranks its
 * alternatives; here an operand of a rule that binds tighter is put in parentheses whenever it would bind looser.
 */
final class Sentences {
    /** A text of some rule, what it means, and how loosely it binds: 0 for what needs no parentheses anywhere. */
    private record Derived<T>(String text, T meaning, int looseness) {
        Derived<T> within(int limit) {
            return looseness <= limit ? this : new Derived<>("(" + text + ")", meaning, 0);
        }
    }

    private static final String[] SPACES = {" ", " ", " ", "  ", "\t", "\n", "\r\n", "\f"};
    private static final String[] NAMES = {"a", "title", "größe", "$x", "_y1", "Count", "left", "Örder", "id"};

    private final Random random;

    Sentences(long seed) {
        this.random = new Random(seed);
    }

    record Sentence(String text, Jdql meaning) {}

    /** select_statement : select_clause? from_clause? where_clause? orderby_clause? */
    Sentence statement() {
        List<String> clauses = new ArrayList<>();
        List<Path> projection = List.of();
        boolean count = false;
        String from = null;
        Condition condition = Condition.all();
        List<Sort> sorts = new ArrayList<>();
        if (chance(2)) {
            count = chance(3);
            if (count) {
                clauses.add(words("select count ( this )"));
            } else {
                List<Derived<Expression>> items = new ArrayList<>();
                for (int i = 0; i <= random.nextInt(3); i++) {
                    items.add(path());
                }
                projection = items.stream().map(item -> (Path) item.meaning()).toList();
                clauses.add(words("select") + space() + list(items));
            }
        }
        if (chance(2)) {
            from = pick(NAMES);
            clauses.add(words("from") + space() + from);
        }
        if (!chance(4)) {
            Derived<Condition> where = condition(4);
            condition = where.meaning();
            clauses.add(words("where") + space() + where.text());
        }
        if (chance(2)) {
            List<String> items = new ArrayList<>();
            for (int i = 0; i <= random.nextInt(3); i++) {
                Derived<Expression> path = path();
                boolean descending = random.nextBoolean();
                sorts.add(new Sort((Path) path.meaning(), descending));
                items.add(
                        path.text() + (descending ? space() + words("desc") : chance(2) ? space() + words("asc") : ""));
            }
            clauses.add(words("order by") + space() + String.join(",", items));
        }
        return new Sentence(String.join(space(), clauses), new Jdql(projection, count, from, condition, sorts));
    }

    /** conditional_expression; looseness 1 is not, 2 and, 3 or. */
    private Derived<Condition> condition(int depth) {
        return switch (depth == 0 ? 3 + random.nextInt(5) : random.nextInt(8)) {
            case 0 -> {
                Derived<Condition> operand = condition(depth - 1).within(1);
                yield new Derived<>(
                        words("not") + space() + operand.text(),
                        operand.meaning().not(),
                        1);
            }
            case 1 -> junction(depth, "and", 1);
            case 2 -> junction(depth, "or", 2);
            case 3 -> comparison(depth);
            case 4 -> {
                Derived<Expression> operand = scalar(depth);
                Derived<Expression> low = scalar(depth);
                Derived<Expression> high = scalar(depth);
                Condition between = new Condition.Between(operand.meaning(), low.meaning(), high.meaning());
                yield negatable(
                        operand.text(),
                        "between",
                        low.text() + space() + words("and") + space() + high.text(),
                        between);
            }
            case 5 -> {
                List<Derived<Expression>> items = new ArrayList<>();
                for (int i = 0; i <= random.nextInt(3); i++) {
                    items.add(chance(3) ? path() : chance(3) ? parameter() : literal());
                }
                Derived<Expression> operand = path();
                Condition in = new Condition.In(
                        operand.meaning(), items.stream().map(Derived::meaning).toList());
                yield negatable(operand.text(), "in", "(" + list(items) + ")", in);
            }
            case 6 -> {
                Derived<Expression> operand = scalar(depth);
                Derived<Expression> pattern = string();
                yield negatable(
                        operand.text(),
                        "like",
                        pattern.text(),
                        new Condition.Like(operand.meaning(), pattern.meaning()));
            }
            default -> {
                Derived<Expression> operand = path();
                boolean not = random.nextBoolean();
                Condition isNull = new Condition.IsNull(operand.meaning());
                yield new Derived<>(
                        operand.text() + space() + words(not ? "is not null" : "is null"),
                        not ? isNull.not() : isNull,
                        0);
            }
        };
    }

    private Derived<Condition> negatable(String operand, String word, String rest, Condition meaning) {
        boolean not = random.nextBoolean();
        return new Derived<>(
                operand + space() + words(not ? "not " + word : word) + space() + rest,
                not ? meaning.not() : meaning,
                0);
    }

    private Derived<Condition> junction(int depth, String word, int limit) {
        List<Condition> meanings = new ArrayList<>();
        List<String> texts = new ArrayList<>();
        for (int i = 0; i < 2 + random.nextInt(2); i++) {
            Derived<Condition> operand = condition(depth - 1).within(limit);
            meanings.add(operand.meaning());
            texts.add(operand.text());
        }
        Condition meaning = word.equals("and") ? new Condition.And(meanings) : new Condition.Or(meanings);
        return new Derived<>(String.join(space() + words(word) + space(), texts), meaning, limit + 1);
    }

    private Derived<Condition> comparison(int depth) {
        Operator operator = Operator.values()[random.nextInt(6)];
        Derived<Expression> left = scalar(depth);
        Derived<Expression> right = scalar(depth);
        return new Derived<>(
                left.text() + gap() + operator.symbol() + gap() + right.text(),
                new Condition.Comparison(operator, left.meaning(), right.meaning()),
                0);
    }

    /** scalar_expression; looseness 1 is a sign, 2 a product, 3 a sum, 4 a concatenation. */
    private Derived<Expression> scalar(int depth) {
        return switch (depth == 0 ? 4 + random.nextInt(4) : random.nextInt(9)) {
            case 0 -> {
                Derived<Expression> operand = scalar(depth - 1).within(1);
                boolean number = Character.isDigit(operand.text().charAt(0))
                        || operand.text().charAt(0) == '.';
                yield number
                        ? operand
                        : new Derived<>("-" + gap() + operand.text(), new Negation(operand.meaning()), 1);
            }
            case 1 -> arithmetic(depth, Arithmetic.Operator.MULTIPLY, Arithmetic.Operator.DIVIDE, 2);
            case 2 -> arithmetic(depth, Arithmetic.Operator.ADD, Arithmetic.Operator.SUBTRACT, 3);
            case 3 -> {
                Derived<Expression> left = scalar(depth - 1).within(4);
                Derived<Expression> right = scalar(depth - 1).within(3);
                yield new Derived<>(
                        left.text() + gap() + "||" + gap() + right.text(),
                        new Concatenation(left.meaning(), right.meaning()),
                        4);
            }
            case 4 -> path();
            case 5 -> literal();
            case 6 -> parameter();
            case 7 -> special();
            default -> {
                Function function = Function.values()[random.nextInt(6)];
                List<Derived<Expression>> arguments = new ArrayList<>();
                for (int i = 0; i < function.arity(); i++) {
                    arguments.add(scalar(depth - 1));
                }
                yield new Derived<>(
                        words(function.name()) + (chance(3) ? " " : "") + "(" + list(arguments) + ")",
                        new Call(
                                function,
                                arguments.stream().map(Derived::meaning).toList()),
                        0);
            }
        };
    }

    private Derived<Expression> arithmetic(
            int depth, Arithmetic.Operator one, Arithmetic.Operator other, int looseness) {
        Arithmetic.Operator operator = random.nextBoolean() ? one : other;
        Derived<Expression> left = scalar(depth - 1).within(looseness);
        Derived<Expression> right = scalar(depth - 1).within(looseness - 1);
        return new Derived<>(
                left.text() + gap() + operator.symbol() + gap() + right.text(),
                new Arithmetic(operator, left.meaning(), right.meaning()),
                looseness);
    }

    private Derived<Expression> special() {
        return switch (random.nextInt(5)) {
            case 0 -> new Derived<>(words("true"), new Literal(true), 0);
            case 1 -> new Derived<>(words("false"), new Literal(false), 0);
            case 2 -> new Derived<>(words("local date"), LocalNow.DATE.parameter(), 0);
            case 3 -> new Derived<>(words("local time"), LocalNow.TIME.parameter(), 0);
            default -> new Derived<>(words("local datetime"), LocalNow.DATETIME.parameter(), 0);
        };
    }

    /** state_field_path_expression, and enum_literal, which is spelled the same. */
    private Derived<Expression> path() {
        List<String> segments = new ArrayList<>();
        for (int i = 0; i <= random.nextInt(3); i++) {
            segments.add(pick(NAMES));
        }
        return new Derived<>(String.join(".", segments), new Path(segments), 0);
    }

    private Derived<Expression> parameter() {
        String name = random.nextBoolean() ? pick(NAMES) : Integer.toString(1 + random.nextInt(20));
        return new Derived<>((Character.isDigit(name.charAt(0)) ? "?" : ":") + name, new Parameter(name), 0);
    }

    private Derived<Expression> literal() {
        if (chance(2)) {
            return string();
        }
        if (random.nextBoolean()) {
            long value = random.nextLong() >>> (1 + random.nextInt(63));
            return new Derived<>(value + pick("", "", "L", "l"), new Literal(value), 0);
        }
        double value = Math.abs(random.nextGaussian()) * Math.pow(10, random.nextInt(30) - 15);
        return new Derived<>(value + pick("", "", "d", "D"), new Literal(value), 0);
    }

    private Derived<Expression> string() {
        StringBuilder content = new StringBuilder();
        for (int i = random.nextInt(6); i > 0; i--) {
            content.append(pick("a", "'", "%", "_", "😀", " ", "\\", "\n", "or", "--", "é"));
        }
        return new Derived<>("'" + content.toString().replace("'", "''") + "'", new Literal(content.toString()), 0);
    }

    private String list(List<? extends Derived<?>> items) {
        return String.join(
                gap() + "," + gap(), items.stream().map(Derived::text).toList());
    }

    /** Keywords in random case with random space between them; the punctuation among them as it is. */
    private String words(String words) {
        StringBuilder text = new StringBuilder();
        for (String word : words.split(" ")) {
            text.append(text.length() == 0 ? "" : space());
            text.append(
                    switch (random.nextInt(3)) {
                        case 0 -> word.toUpperCase(Locale.ROOT);
                        case 1 ->
                            word.substring(0, 1).toUpperCase(Locale.ROOT)
                                    + word.substring(1).toLowerCase(Locale.ROOT);
                        default -> word.toLowerCase(Locale.ROOT);
                    });
        }
        return text.toString();
    }

    private String space() {
        return pick(SPACES);
    }

    /** Space where none is needed. */
    private String gap() {
        return chance(3) ? "" : space();
    }

    private boolean chance(int oneIn) {
        return random.nextInt(oneIn) == 0;
    }

    private String pick(String... choices) {
        return choices[random.nextInt(choices.length)];
    }
}
