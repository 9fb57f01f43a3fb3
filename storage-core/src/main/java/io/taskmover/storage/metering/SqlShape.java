package io.taskmover.storage.metering;

import java.util.regex.Pattern;

/** A statement in SQL as it may be logged: without the texts that are spelled in it, on one line, and not too long. */
final class SqlShape {
    private static final int MOST_CHARACTERS = 500;
    private static final Pattern TEXT = Pattern.compile("'[^']*+(?:''[^']*+)*+'?");
    private static final Pattern SPACE = Pattern.compile("\\s+");

    private SqlShape() {}

    static String of(String sql) {
        String shape = SPACE.matcher(TEXT.matcher(sql).replaceAll("?").strip()).replaceAll(" ");
        return shape.length() <= MOST_CHARACTERS ? shape : shape.substring(0, MOST_CHARACTERS) + "…";
    }
}
