package io.taskmover.storage.query;

import io.taskmover.storage.error.QueryException;
import java.util.Locale;
import java.util.Set;

/**
 * A word, literal or symbol of a JDQL text and where it stands.
 *
 * @param text as written; for a string its content without quotes, for a parameter its name without {@code :} or
 *     {@code ?}
 * @param line from 1
 * @param column of its first code point, from 1
 */
record JdqlToken(Kind kind, String text, int line, int column) {
    /** What a token is. */
    enum Kind {
        WORD,
        STRING,
        INTEGER,
        DECIMAL,
        PARAMETER,
        SYMBOL,
        END
    }

    /** Words that cannot be names on their own; behind a dot they can. */
    private static final Set<String> RESERVED = Set.of(
            "select", "update", "set", "delete", "from", "where", "order", "by", "asc", "desc", "not", "and", "or",
            "between", "like", "in", "is", "null", "local", "true", "false");

    boolean isWord(String keyword) {
        return kind == Kind.WORD && text.equalsIgnoreCase(keyword);
    }

    boolean isSymbol(String symbol) {
        return kind == Kind.SYMBOL && text.equals(symbol);
    }

    /** Whether it is a word that may be a name. */
    boolean isName() {
        return kind == Kind.WORD && !isReserved();
    }

    private boolean isReserved() {
        return RESERVED.contains(text.toLowerCase(Locale.ROOT));
    }

    private String shown() {
        return switch (kind) {
            case END -> "the end";
            case STRING -> "the text '" + text.replace("'", "''") + "'";
            case PARAMETER -> "the parameter " + QueryText.parameter(text);
            case INTEGER, DECIMAL -> "the number " + text;
            case WORD -> (isReserved() ? "the reserved word '" : "'") + text + "'";
            case SYMBOL -> "'" + text + "'";
        };
    }

    /** The error that this token stands where something else is expected. */
    QueryException unexpected(String expected) {
        return error("found " + shown() + ", expected " + expected);
    }

    QueryException error(String what) {
        return error(what, line, column);
    }

    static QueryException error(String what, int line, int column) {
        return new QueryException("Line " + line + ", column " + column + ": " + what, line, column);
    }
}
