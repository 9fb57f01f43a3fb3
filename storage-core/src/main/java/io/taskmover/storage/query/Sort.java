package io.taskmover.storage.query;

/**
 * One key of an order. Nulls come last when ascending and first when descending.
 *
 * @param path the column, or the place in a JSON column: there false, true, numbers, text, and whatever else as null
 */
public record Sort(Path path, boolean descending) {

    public static Sort asc(String path) {
        return new Sort(Path.parse(path), false);
    }

    public static Sort desc(String path) {
        return new Sort(Path.parse(path), true);
    }

    public static <T, V> Sort asc(Field.Property<T, V> property) {
        return new Sort(Field.path(property), false);
    }

    public static <T, V> Sort desc(Field.Property<T, V> property) {
        return new Sort(Field.path(property), true);
    }

    public Sort reversed() {
        return new Sort(path, !descending);
    }

    @Override
    public String toString() {
        return path + (descending ? " desc" : "");
    }
}
