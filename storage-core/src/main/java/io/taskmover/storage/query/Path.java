package io.taskmover.storage.query;

import java.util.Arrays;
import java.util.List;

/**
 * A column, or a place inside of a JSON column: {@code name.common} is member {@code common} of column {@code name}.
 *
 * @param segments the column, then member names; at least one, none empty
 */
public record Path(List<String> segments) implements Expression {
    public Path {
        segments = List.copyOf(segments);
        if (segments.isEmpty() || segments.contains("")) {
            throw new IllegalArgumentException("A path has at least one segment and no empty one: " + segments);
        }
    }

    /** A path of these segments, which may themselves contain dots. */
    public static Path of(String... segments) {
        return new Path(Arrays.asList(segments));
    }

    /** The path that {@code text} spells with dots between its segments. */
    public static Path parse(String text) {
        return new Path(Arrays.asList(text.split("\\.", -1)));
    }

    /** The first segment. */
    public String column() {
        return segments.get(0);
    }

    /** Whether this leads into a JSON column rather than naming a column. */
    public boolean isNested() {
        return segments.size() > 1;
    }

    /** The member names below the column; empty for a plain column. */
    public List<String> members() {
        return segments.subList(1, segments.size());
    }

    @Override
    public String toString() {
        return String.join(".", segments);
    }
}
