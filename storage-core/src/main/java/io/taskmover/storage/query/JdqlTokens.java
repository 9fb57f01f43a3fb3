package io.taskmover.storage.query;

import java.util.List;
import java.util.Locale;

/** The tokens of a JDQL text as its parser moves over them, and the checks that the parser makes on its way. */
final class JdqlTokens {
    /** How deep conditions and expressions may nest: each level costs several frames of the stack, here and later. */
    static final int MAX_DEPTH = 200;

    private final List<JdqlToken> tokens;
    private int position;
    private int nesting;

    JdqlTokens(List<JdqlToken> tokens) {
        this.tokens = tokens;
    }

    JdqlToken peek() {
        return tokens.get(position);
    }

    /** The token after the next one. */
    JdqlToken second() {
        return tokens.get(Math.min(position + 1, tokens.size() - 1));
    }

    /** Takes the next token; the end stays the next one for ever. */
    JdqlToken next() {
        JdqlToken token = peek();
        position = Math.min(position + 1, tokens.size() - 1);
        return token;
    }

    boolean skipWord(String keyword) {
        boolean found = peek().isWord(keyword);
        if (found) {
            next();
        }
        return found;
    }

    boolean skipSymbol(String symbol) {
        boolean found = peek().isSymbol(symbol);
        if (found) {
            next();
        }
        return found;
    }

    void expectWord(String keyword) {
        if (!skipWord(keyword)) {
            throw peek().unexpected("'" + keyword.toLowerCase(Locale.ROOT) + "'");
        }
    }

    void expectSymbol(String symbol) {
        if (!skipSymbol(symbol)) {
            throw peek().unexpected("'" + symbol + "'");
        }
    }

    String name(String what) {
        if (!peek().isName()) {
            throw peek().unexpected(what);
        }
        return next().text();
    }

    /** Counts one level of nesting in, until {@link #leave}. */
    void enter(JdqlToken where) {
        if (++nesting > MAX_DEPTH) {
            throw tooDeep(where);
        }
    }

    void leave() {
        nesting--;
    }

    private static io.taskmover.storage.error.QueryException tooDeep(JdqlToken where) {
        return where.error("the query nests deeper than " + MAX_DEPTH + " levels");
    }

    JdqlNode node(JdqlToken start, Condition condition, int depth) {
        return new JdqlNode(start, condition, null, depth);
    }

    /** An expression around others that nest {@code depth} deep. */
    JdqlNode node(JdqlToken start, Expression expression, int depth) {
        if (depth >= MAX_DEPTH) {
            throw tooDeep(start);
        }
        return new JdqlNode(start, null, expression, depth + 1);
    }

    /** The condition that a node is; an expression lacks its operator, which should stand next. */
    Condition condition(JdqlNode node) {
        if (node.condition() == null) {
            throw peek().unexpected("a comparison: '=', '<>', '<', '<=', '>', '>=', 'between', 'in', 'like' or 'is'");
        }
        return node.condition();
    }

    Expression expression(JdqlNode node) {
        if (node.expression() == null) {
            throw node.start().error("found a condition in parentheses, expected a value");
        }
        return node.expression();
    }
}
