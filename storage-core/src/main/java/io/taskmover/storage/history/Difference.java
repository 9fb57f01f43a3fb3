package io.taskmover.storage.history;

import io.taskmover.storage.schema.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * One value in which two states of a row differ.
 *
 * @param path the column, and in a JSON column the place in it: {@code address.city}, {@code tags[0]}
 * @param before the value in the first state; null if it is null or not there
 * @param after the value in the second state; null if it is null or not there
 */
public record Difference(
        String path, @Nullable Object before, @Nullable Object after) {

    /**
     * How one row became another: in the order of the columns, inside of JSON as deep as the same kind of value stands on
     * both sides. A row that is not there is one whose values are all null.
     *
     * @throws IllegalArgumentException if the rows are not of the same columns
     */
    public static List<Difference> between(@Nullable Row before, @Nullable Row after) {
        List<Difference> found = new ArrayList<>();
        Row either = before != null ? before : after;
        if (either == null) {
            return List.of();
        }
        if (before != null && after != null && !before.type().equals(after.type())) {
            throw new IllegalArgumentException("Rows of other columns: " + before.type() + " and " + after.type());
        }
        for (int i = 0; i < either.type().size(); i++) {
            compare(
                    either.type().column(i).name(),
                    before == null ? null : before.get(i),
                    after == null ? null : after.get(i),
                    found);
        }
        return List.copyOf(found);
    }

    private static void compare(String path, @Nullable Object before, @Nullable Object after, List<Difference> found) {
        if (Objects.equals(before, after)) {
            return;
        }
        if (before instanceof Map<?, ?> a && after instanceof Map<?, ?> b) {
            TreeSet<String> names = new TreeSet<>();
            a.keySet().forEach(name -> names.add((String) name));
            b.keySet().forEach(name -> names.add((String) name));
            names.forEach(name -> compare(path + "." + name, a.get(name), b.get(name), found));
        } else if (before instanceof List<?> a && after instanceof List<?> b) {
            for (int i = 0; i < Math.max(a.size(), b.size()); i++) {
                compare(path + "[" + i + "]", at(a, i), at(b, i), found);
            }
        } else {
            found.add(new Difference(path, before, after));
        }
    }

    private static @Nullable Object at(List<?> list, int index) {
        return index < list.size() ? list.get(index) : null;
    }
}
