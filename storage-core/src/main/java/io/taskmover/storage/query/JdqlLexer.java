package io.taskmover.storage.query;

import io.taskmover.storage.query.JdqlToken.Kind;
import java.util.ArrayList;
import java.util.List;

/**
 * Splits a JDQL text into tokens: names as in Java, strings in single quotes that double inside, Java's decimal
 * literals of int, long, float and double, parameters {@code :name} and {@code ?1}.
 */
final class JdqlLexer {
    /** A number literal may have as many digits as a DECIMAL, with room for sign, point and exponent. */
    private static final int MAX_NUMBER = 1_100;

    private final String text;
    private final List<JdqlToken> tokens = new ArrayList<>();
    private int at;
    private int line = 1;
    private int lineStart;

    private JdqlLexer(String text) {
        this.text = text;
    }

    /** The tokens of {@code text}, the last of kind END. */
    static List<JdqlToken> tokens(String text) {
        JdqlLexer lexer = new JdqlLexer(text);
        lexer.run();
        return lexer.tokens;
    }

    private void run() {
        while (skipSpace()) {
            int code = text.codePointAt(at);
            if (Character.isJavaIdentifierStart(code)) {
                int start = at;
                add(Kind.WORD, start, text.substring(start, nameEnd(start)), nameEnd(start));
            } else if (isDigit(at) || (code == '.' && isDigit(at + 1))) {
                number();
            } else if (code == '\'') {
                string();
            } else if (code == ':' || code == '?') {
                parameter((char) code);
            } else {
                symbol(code);
            }
        }
        add(Kind.END, at, "", at);
    }

    /** Skips white space and says whether anything follows. */
    private boolean skipSpace() {
        for (; at < text.length(); at++) {
            char c = text.charAt(at);
            if (c == '\n' || (c == '\r' && !text.startsWith("\r\n", at))) {
                line++;
                lineStart = at + 1;
            } else if (c != ' ' && c != '\t' && c != '\f' && c != '\r') {
                return true;
            }
        }
        return false;
    }

    private void add(Kind kind, int start, String content, int end) {
        tokens.add(new JdqlToken(kind, content, line, column(start)));
        at = end;
    }

    private int column(int index) {
        return text.codePointCount(lineStart, index) + 1;
    }

    private int nameEnd(int start) {
        int end = start;
        while (end < text.length() && Character.isJavaIdentifierPart(text.codePointAt(end))) {
            end += Character.charCount(text.codePointAt(end));
        }
        return end;
    }

    private boolean isDigit(int index) {
        return index < text.length() && text.charAt(index) >= '0' && text.charAt(index) <= '9';
    }

    private int digitsEnd(int start) {
        int end = start;
        while (isDigit(end) || (end > start && end < text.length() && text.charAt(end) == '_')) {
            end++;
        }
        return end;
    }

    private void number() {
        int start = at;
        int end = digitsEnd(start);
        Kind kind = Kind.INTEGER;
        if (end < text.length() && text.charAt(end) == '.') {
            end = digitsEnd(end + 1);
            kind = Kind.DECIMAL;
        }
        if (end < text.length() && (text.charAt(end) | 0x20) == 'e') {
            int sign = end + 1 < text.length() && "+-".indexOf(text.charAt(end + 1)) >= 0 ? 1 : 0;
            if (isDigit(end + 1 + sign)) {
                end = digitsEnd(end + 1 + sign);
                kind = Kind.DECIMAL;
            }
        }
        if (end < text.length() && "lLfFdD".indexOf(text.charAt(end)) >= 0) {
            boolean isLong = (text.charAt(end) | 0x20) == 'l';
            if (!isLong || kind == Kind.INTEGER) {
                kind = isLong ? kind : Kind.DECIMAL;
                end++;
            }
        }
        String literal = text.substring(start, end);
        if (nameEnd(end) > end || literal.contains("_.") || literal.matches(".*_(\\D.*)?")) {
            throw JdqlToken.error("'" + text.substring(start, nameEnd(end)) + "' is not a number", line, column(start));
        }
        if (literal.length() > MAX_NUMBER) {
            throw JdqlToken.error(
                    "a number of " + literal.length() + " characters; at most " + MAX_NUMBER + " are allowed",
                    line,
                    column(start));
        }
        add(kind, start, literal, end);
    }

    private void string() {
        int start = at;
        StringBuilder content = new StringBuilder();
        int end = start + 1;
        while (true) {
            int quote = text.indexOf('\'', end);
            if (quote < 0) {
                throw JdqlToken.error("the text that begins here has no closing '", line, column(start));
            }
            content.append(text, end, quote);
            end = quote + 1;
            if (end == text.length() || text.charAt(end) != '\'') {
                break;
            }
            content.append('\'');
            end++;
        }
        add(Kind.STRING, start, content.toString(), end);
        for (int i = start; i < end; i++) {
            char c = text.charAt(i);
            if (c == '\n' || (c == '\r' && !text.startsWith("\r\n", i))) {
                line++;
                lineStart = i + 1;
            }
        }
    }

    private void parameter(char prefix) {
        int start = at;
        boolean named = prefix == ':';
        int nameStart = start + 1;
        boolean present = named
                ? nameStart < text.length() && Character.isJavaIdentifierStart(text.codePointAt(nameStart))
                : isDigit(nameStart) && text.charAt(nameStart) != '0';
        if (!present) {
            String expected = named ? "a name, as in :name" : "a number from 1, as in ?1";
            throw JdqlToken.error("found '" + prefix + "', expected after it " + expected, line, column(start));
        }
        int end = nameEnd(nameStart);
        if (!named && !text.substring(nameStart, end).chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw JdqlToken.error(
                    "'" + text.substring(start, end) + "' is not a parameter; write ?1 or :name", line, column(start));
        }
        add(Kind.PARAMETER, start, text.substring(nameStart, end), end);
    }

    private void symbol(int code) {
        String two = text.substring(at, Math.min(at + 2, text.length()));
        if (two.equals("<>") || two.equals("<=") || two.equals(">=") || two.equals("||")) {
            add(Kind.SYMBOL, at, two, at + 2);
        } else if ("+-*/=<>(),.".indexOf(code) >= 0) {
            add(Kind.SYMBOL, at, two.substring(0, 1), at + 1);
        } else if (two.equals("!=")) {
            throw JdqlToken.error("found '!=', expected '<>' for not equal", line, column(at));
        } else {
            throw JdqlToken.error(
                    "found " + (code == '"' ? "'\"', expected text to stand in single quotes" : show(code)),
                    line,
                    column(at));
        }
    }

    private static String show(int code) {
        return Character.isISOControl(code) || Character.getType(code) == Character.SURROGATE
                ? String.format("the character U+%04X, which has no meaning here", code)
                : "the character '" + Character.toString(code) + "', which has no meaning here";
    }
}
