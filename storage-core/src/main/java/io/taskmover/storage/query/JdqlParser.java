package io.taskmover.storage.query;

import io.taskmover.storage.query.Condition.Between;
import io.taskmover.storage.query.Condition.Comparison;
import io.taskmover.storage.query.Condition.In;
import io.taskmover.storage.query.Condition.IsNull;
import io.taskmover.storage.query.Condition.Like;
import io.taskmover.storage.query.Condition.Not;
import io.taskmover.storage.query.Condition.Operator;
import io.taskmover.storage.query.Expression.Literal;
import io.taskmover.storage.query.JdqlToken.Kind;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Parses the select statement of JDQL 1.0 by recursive descent, one method for each level of precedence, with one
 * token of lookahead. A parenthesis may hold a condition or an expression and only what follows tells; so everything
 * between OR and the primary expressions gives a {@link JdqlNode} of either kind, and who needs one kind checks.
 *
 * <p>Wider than the published grammar where the tree is anyway: the operand of {@code in} and {@code is null} may be any
 * expression, and so may the values of {@code in}; {@code like} takes a parameter, as the specification's text has it;
 * {@code asc} may be left out, as its text says too.
 */
final class JdqlParser {
    private static final String END_OF_WHERE = "'and', 'or', 'order by' or the end";

    private final JdqlTokens tokens;
    private final JdqlExpressions expressions;

    private JdqlParser(JdqlTokens tokens) {
        this.tokens = tokens;
        this.expressions = new JdqlExpressions(tokens, this::anything);
    }

    static Jdql parse(String text) {
        return new JdqlParser(new JdqlTokens(JdqlLexer.tokens(text))).statement();
    }

    private Jdql statement() {
        List<Path> projection = List.of();
        boolean count = false;
        String from = null;
        Condition condition = Condition.all();
        List<Sort> sorts = List.of();
        String expected = "'select', 'from', 'where', 'order by' or the end";
        if (tokens.skipWord("select")) {
            count = count();
            projection = count ? projection : paths();
            expected = count ? "'from', 'where', 'order by' or the end" : "',', 'from', 'where', 'order by' or the end";
        }
        if (tokens.skipWord("from")) {
            from = tokens.name("the name of an entity or table");
            expected = "'where', 'order by' or the end";
        }
        if (tokens.skipWord("where")) {
            condition = tokens.condition(anything());
            expected = END_OF_WHERE;
        }
        if (tokens.skipWord("order")) {
            tokens.expectWord("by");
            sorts = sorts();
            expected = "',', 'asc', 'desc' or the end";
        }
        if (tokens.peek().kind() != Kind.END) {
            throw tokens.peek().isWord("update") || tokens.peek().isWord("delete")
                    ? tokens.peek().error("only select statements can be run as a query")
                    : tokens.peek().unexpected(expected);
        }
        return new Jdql(projection, count, from, condition, sorts);
    }

    private boolean count() {
        if (!tokens.peek().isWord("count") || !tokens.second().isSymbol("(")) {
            return false;
        }
        tokens.next();
        tokens.next();
        tokens.expectWord("this");
        tokens.expectSymbol(")");
        return true;
    }

    private List<Path> paths() {
        List<Path> paths = new ArrayList<>();
        do {
            paths.add(expressions.path(paths.isEmpty() ? "a field or 'count(this)'" : "a field"));
        } while (tokens.skipSymbol(","));
        return paths;
    }

    private List<Sort> sorts() {
        List<Sort> sorts = new ArrayList<>();
        do {
            Path path = expressions.path("a field to order by");
            boolean descending = tokens.skipWord("desc");
            if (!descending) {
                tokens.skipWord("asc");
            }
            sorts.add(new Sort(path, descending));
        } while (tokens.skipSymbol(","));
        return sorts;
    }

    /** A condition, or an expression that is none, which only parentheses may hold. */
    private JdqlNode anything() {
        JdqlNode first = conjunction();
        if (!tokens.peek().isWord("or")) {
            return first;
        }
        List<Condition> any = new ArrayList<>(List.of(tokens.condition(first)));
        int depth = first.depth();
        while (tokens.skipWord("or")) {
            JdqlNode next = conjunction();
            any.add(tokens.condition(next));
            depth = Math.max(depth, next.depth());
        }
        return tokens.node(first.start(), new Condition.Or(any), depth);
    }

    private JdqlNode conjunction() {
        JdqlNode first = negation();
        if (!tokens.peek().isWord("and")) {
            return first;
        }
        List<Condition> all = new ArrayList<>(List.of(tokens.condition(first)));
        int depth = first.depth();
        while (tokens.skipWord("and")) {
            JdqlNode next = negation();
            all.add(tokens.condition(next));
            depth = Math.max(depth, next.depth());
        }
        return tokens.node(first.start(), new Condition.And(all), depth);
    }

    private JdqlNode negation() {
        JdqlToken start = tokens.peek();
        if (!tokens.skipWord("not")) {
            return comparison();
        }
        tokens.enter(start);
        JdqlNode operand = negation();
        tokens.leave();
        return tokens.node(start, new Not(tokens.condition(operand)), operand.depth());
    }

    private JdqlNode comparison() {
        JdqlNode left = expressions.parse();
        Operator operator = operator(tokens.peek());
        if (operator != null) {
            tokens.expression(left);
            tokens.next();
            JdqlNode right = expressions.parse();
            int depth = Math.max(left.depth(), right.depth());
            return tokens.node(
                    left.start(), new Comparison(operator, tokens.expression(left), tokens.expression(right)), depth);
        }
        if (tokens.peek().isWord("is")) {
            return isNull(left);
        }
        boolean not = tokens.peek().isWord("not");
        JdqlToken word = not ? tokens.second() : tokens.peek();
        if (!word.isWord("between") && !word.isWord("in") && !word.isWord("like")) {
            if (not) {
                throw word.unexpected("'between', 'in' or 'like'");
            }
            return left;
        }
        Expression operand = tokens.expression(left);
        if (not) {
            tokens.next();
        }
        tokens.next();
        Condition condition = word.isWord("between")
                ? between(operand)
                : word.isWord("in") ? in(operand) : new Like(operand, pattern());
        return tokens.node(left.start(), not ? new Not(condition) : condition, left.depth());
    }

    private static @Nullable Operator operator(JdqlToken token) {
        if (token.kind() == Kind.SYMBOL) {
            for (Operator operator : Operator.values()) {
                if (operator.symbol().equals(token.text())) {
                    return operator;
                }
            }
        }
        return null;
    }

    private JdqlNode isNull(JdqlNode left) {
        Condition isNull = new IsNull(tokens.expression(left));
        tokens.next();
        boolean not = tokens.skipWord("not");
        if (!tokens.skipWord("null")) {
            throw tokens.peek().unexpected(not ? "'null'" : "'null' or 'not null'");
        }
        return tokens.node(left.start(), not ? new Not(isNull) : isNull, left.depth());
    }

    private Condition between(Expression operand) {
        Expression low = tokens.expression(expressions.parse());
        if (!tokens.skipWord("and")) {
            throw tokens.peek().unexpected("'and' and the upper end");
        }
        return new Between(operand, low, tokens.expression(expressions.parse()));
    }

    private Condition in(Expression operand) {
        if (!tokens.skipSymbol("(")) {
            throw tokens.peek().unexpected("'(' and the values");
        }
        List<Expression> values = new ArrayList<>();
        do {
            values.add(tokens.expression(expressions.parse()));
        } while (tokens.skipSymbol(","));
        if (!tokens.skipSymbol(")")) {
            throw tokens.peek().unexpected("',' or ')'");
        }
        return new In(operand, values);
    }

    private Expression pattern() {
        JdqlToken token = tokens.peek();
        if (token.kind() == Kind.STRING) {
            tokens.next();
            return new Literal(token.text());
        }
        if (token.kind() == Kind.PARAMETER) {
            tokens.next();
            return new Expression.Parameter(token.text());
        }
        throw token.unexpected("a pattern: a text in single quotes or a parameter");
    }
}
