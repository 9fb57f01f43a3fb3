package io.taskmover.storage.migration;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The statements of a file of SQL: those up to a line {@code -- down}, and those after it. Each ends with a semicolon that is in
 * no text, name or comment; of PostgreSQL a text may also be between two dollar signs with a tag between them.
 *
 * @param up what it does
 * @param down what takes it back; empty if nothing does
 */
record SqlScript(List<String> up, List<String> down) {
    private static final Pattern DOWN = Pattern.compile("(?im)^--[ \\t]*down[ \\t]*$");
    /** What a semicolon may be in: a comment, a text, a name; the last is what stands open to the end. */
    private static final Pattern TOKEN = Pattern.compile(
            "--[^\\n]*|/\\*.*?\\*/|'[^']*'|\"[^\"]*\"|`[^`]*`|(\\$\\w*\\$).*?\\1|;|/\\*|['\"`]", Pattern.DOTALL);

    /** @throws IllegalArgumentException if a text, name or comment has no end, or there are no statements */
    static SqlScript parse(String text) {
        Matcher line = DOWN.matcher(text);
        boolean hasDown = line.find();
        List<String> up = statements(hasDown ? text.substring(0, line.start()) : text);
        if (up.isEmpty()) {
            throw new IllegalArgumentException("it has no statements");
        }
        return new SqlScript(up, hasDown ? statements(text.substring(line.end())) : List.of());
    }

    private static List<String> statements(String text) {
        List<String> statements = new ArrayList<>();
        StringBuilder statement = new StringBuilder();
        Matcher token = TOKEN.matcher(text);
        int from = 0;
        while (token.find()) {
            statement.append(text, from, token.start());
            from = token.end();
            String found = token.group();
            if (found.equals(";")) {
                add(statements, statement);
            } else if (found.length() == 1 || found.equals("/*")) {
                throw new IllegalArgumentException("what begins with " + found + " on line "
                        + (1
                                + text.substring(0, token.start())
                                        .chars()
                                        .filter(c -> c == '\n')
                                        .count()) + " has no end");
            } else if (found.startsWith("--") || found.startsWith("/*")) {
                statement.append(' ');
            } else {
                statement.append(found);
            }
        }
        statement.append(text.substring(from));
        add(statements, statement);
        return statements;
    }

    private static void add(List<String> statements, StringBuilder statement) {
        String text = statement.toString().strip();
        if (!text.isEmpty()) {
            statements.add(text);
        }
        statement.setLength(0);
    }
}
