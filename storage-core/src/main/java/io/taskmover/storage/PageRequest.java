package io.taskmover.storage;

import org.jspecify.annotations.Nullable;

/**
 * Which page of a query's results: by number, or the one next to a cursor. A cursor names a row by its place in the
 * order, so that its page starts right there however many rows were added or removed before it, and costs the same
 * deep in the list; it works for orders by columns, not by places inside of JSON.
 *
 * @param size the most entities on a page, at least 1
 * @param number the page's number from 0; 0 with a cursor
 * @param cursor a token from {@link Page}, opaque and safe in URLs; null for a page by number
 * @param backward whether the page ends before the cursor instead of beginning after it
 * @param withTotal whether {@link Page#total} is wanted, which costs a count
 */
public record PageRequest(int size, int number, @Nullable String cursor, boolean backward, boolean withTotal) {
    public PageRequest {
        if (size < 1 || number < 0) {
            throw new IllegalArgumentException(
                    "A page has a size of at least 1 and a number of at least 0, not " + size + " and " + number);
        }
    }

    /** The first page. */
    public static PageRequest first(int size) {
        return new PageRequest(size, 0, null, false, false);
    }

    /** Page {@code number}, from 0. */
    public static PageRequest page(int number, int size) {
        return new PageRequest(size, number, null, false, false);
    }

    /** The page that begins after the row that the cursor names. */
    public static PageRequest after(String cursor, int size) {
        return new PageRequest(size, 0, cursor, false, false);
    }

    /** The page that ends before the row that the cursor names. */
    public static PageRequest before(String cursor, int size) {
        return new PageRequest(size, 0, cursor, true, false);
    }

    /** The same page, with the number of all results. */
    public PageRequest total() {
        return new PageRequest(size, number, cursor, backward, true);
    }
}
