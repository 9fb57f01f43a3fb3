package io.taskmover.storage.query;

import io.taskmover.storage.query.Expression.Arithmetic;
import io.taskmover.storage.query.Expression.Call;
import io.taskmover.storage.query.Expression.Concatenation;
import io.taskmover.storage.query.Expression.Function;
import io.taskmover.storage.query.Expression.Literal;
import io.taskmover.storage.query.Expression.Negation;
import io.taskmover.storage.query.Expression.Parameter;
import io.taskmover.storage.query.JdqlToken.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Parses JDQL's scalar expressions; a parenthesis may turn out to hold a condition. */
final class JdqlExpressions {
    private final JdqlTokens tokens;
    private final Supplier<JdqlNode> inParentheses;

    JdqlExpressions(JdqlTokens tokens, Supplier<JdqlNode> inParentheses) {
        this.tokens = tokens;
        this.inParentheses = inParentheses;
    }

    JdqlNode parse() {
        JdqlNode left = sum();
        while (tokens.peek().isSymbol("||")) {
            Expression first = tokens.expression(left);
            tokens.next();
            JdqlNode right = sum();
            left = tokens.node(
                    left.start(),
                    new Concatenation(first, tokens.expression(right)),
                    Math.max(left.depth(), right.depth()));
        }
        return left;
    }

    private JdqlNode sum() {
        JdqlNode left = product();
        while (tokens.peek().isSymbol("+") || tokens.peek().isSymbol("-")) {
            left = arithmetic(left, this::product);
        }
        return left;
    }

    private JdqlNode product() {
        JdqlNode left = signed();
        while (tokens.peek().isSymbol("*") || tokens.peek().isSymbol("/")) {
            left = arithmetic(left, this::signed);
        }
        return left;
    }

    private JdqlNode arithmetic(JdqlNode left, Supplier<JdqlNode> operand) {
        Expression first = tokens.expression(left);
        Arithmetic.Operator operator = switch (tokens.next().text()) {
            case "+" -> Arithmetic.Operator.ADD;
            case "-" -> Arithmetic.Operator.SUBTRACT;
            case "*" -> Arithmetic.Operator.MULTIPLY;
            default -> Arithmetic.Operator.DIVIDE;
        };
        JdqlNode right = operand.get();
        return tokens.node(
                left.start(),
                new Arithmetic(operator, first, tokens.expression(right)),
                Math.max(left.depth(), right.depth()));
    }

    private JdqlNode signed() {
        JdqlToken sign = tokens.peek();
        boolean minus = sign.isSymbol("-");
        if (!minus && !sign.isSymbol("+")) {
            return primary();
        }
        tokens.next();
        Kind kind = tokens.peek().kind();
        if (kind == Kind.INTEGER || kind == Kind.DECIMAL) {
            return tokens.node(sign, number(tokens.next(), minus), 0);
        }
        tokens.enter(sign);
        JdqlNode operand = signed();
        tokens.leave();
        Expression value = tokens.expression(operand);
        return tokens.node(sign, minus ? new Negation(value) : value, operand.depth());
    }

    private static Literal number(JdqlToken token, boolean negative) {
        return new Literal(
                token.kind() == Kind.INTEGER
                        ? JdqlNumbers.integer(token, negative)
                        : JdqlNumbers.decimal(token, negative));
    }

    private JdqlNode primary() {
        JdqlToken start = tokens.peek();
        if (start.isSymbol("(")) {
            return parentheses(start);
        }
        if (start.isName()) {
            return tokens.second().isSymbol("(") ? call() : tokens.node(start, path("a field"), 0);
        }
        Expression value = switch (start.kind()) {
            case STRING -> new Literal(start.text());
            case INTEGER, DECIMAL -> number(start, false);
            case PARAMETER -> new Parameter(start.text());
            case WORD -> special(start);
            case SYMBOL, END -> null;
        };
        if (value == null) {
            throw start.isWord("null")
                    ? start.error("null cannot be a value here; test for it with 'is null' or 'is not null'")
                    : start.unexpected("a value: a field, a literal, a parameter or a function");
        }
        tokens.next();
        return tokens.node(start, value, 0);
    }

    private JdqlNode parentheses(JdqlToken start) {
        tokens.next();
        tokens.enter(start);
        JdqlNode inner = inParentheses.get();
        tokens.leave();
        if (!tokens.skipSymbol(")")) {
            throw tokens.peek()
                    .unexpected("')' to close the parenthesis at line " + start.line() + ", column " + start.column());
        }
        return new JdqlNode(start, inner.condition(), inner.expression(), inner.depth());
    }

    /** The value of a reserved word, leaving the parser at its last token; null if it has none. */
    private @Nullable Expression special(JdqlToken word) {
        if (word.isWord("true") || word.isWord("false")) {
            return new Literal(word.isWord("true"));
        }
        if (!word.isWord("local")) {
            return null;
        }
        tokens.next();
        for (LocalNow now : LocalNow.values()) {
            if (tokens.peek().isWord(now.name())) {
                return now.parameter();
            }
        }
        throw tokens.peek().unexpected("'date', 'time' or 'datetime'");
    }

    private JdqlNode call() {
        JdqlToken name = tokens.next();
        Function function = function(name);
        tokens.next();
        tokens.enter(name);
        List<Expression> arguments = new ArrayList<>();
        int depth = 0;
        for (int i = 0; i < function.arity(); i++) {
            if (i > 0) {
                tokens.expectSymbol(",");
            }
            JdqlNode argument = parse();
            arguments.add(tokens.expression(argument));
            depth = Math.max(depth, argument.depth());
        }
        tokens.expectSymbol(")");
        tokens.leave();
        return tokens.node(name, new Call(function, arguments), depth);
    }

    private static Function function(JdqlToken name) {
        for (Function function : Function.values()) {
            if (name.isWord(function.name())) {
                return function;
            }
        }
        throw name.isWord("count")
                ? name.error("count(this) can only be what is selected")
                : name.error("there is no function '" + name.text() + "'; the functions are "
                        + List.of(Function.values()).toString().toLowerCase(Locale.ROOT));
    }

    /** {@code name.name…}; behind a dot even a reserved word is a name. */
    Path path(String what) {
        List<String> segments = new ArrayList<>();
        segments.add(tokens.name(what));
        while (tokens.skipSymbol(".")) {
            if (tokens.peek().kind() != Kind.WORD) {
                throw tokens.peek().unexpected("a name after '.'");
            }
            segments.add(tokens.next().text());
        }
        return new Path(segments);
    }
}
