package io.taskmover.storage.file;

import java.nio.file.Path;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * What is known of one segment, a file of rows with a line for each. Immutable but for what only the writing thread
 * uses.
 */
final class Segment {
    private final Path file;
    private final @Nullable Fingerprint print;
    private final Lines rows;
    private final Lines strays;
    private final boolean edited;
    private final boolean surplus;
    private final int lost;
    /** Whether its content is known to be durable. */
    private boolean forced;

    /**
     * @param print of the file; null if there is none any more
     * @param rows the store's, in key order; one whose line was taken away by someone else is lost
     * @param strays lines that someone else wrote and that have not been taken over, in the file's order
     * @param edited whether someone else may have written it
     * @param surplus whether it has lines besides these that are of no use: copies of rows that are elsewhere
     */
    Segment(Path file, @Nullable Fingerprint print, Lines rows, Lines strays, boolean edited, boolean surplus) {
        this.file = file;
        this.print = print;
        this.rows = rows;
        this.strays = strays;
        this.edited = edited;
        this.surplus = surplus;
        this.forced = !edited;
        int count = 0;
        for (int i = 0; i < rows.size(); i++) {
            count += rows.isLost(i) ? 1 : 0;
        }
        this.lost = count;
    }

    Path file() {
        return file;
    }

    @Nullable
    Fingerprint print() {
        return print;
    }

    Lines rows() {
        return rows;
    }

    Lines strays() {
        return strays;
    }

    boolean edited() {
        return edited;
    }

    boolean surplus() {
        return surplus;
    }

    boolean forced() {
        return forced;
    }

    void setForced() {
        forced = true;
    }

    /** Whether its rows are all that is in the file, so that it need not be looked into while its stat is the same. */
    boolean settled() {
        return print != null && strays.size() == 0 && lost == 0 && !surplus;
    }

    /** Whether the lines stand in the order of their keys, with nothing between them. */
    boolean regular() {
        if (!settled() || print == null) {
            return false;
        }
        int end = 0;
        for (int i = 0; i < rows.size(); i++) {
            if (rows.start(i) != end) {
                return false;
            }
            end += rows.length(i) + 1;
        }
        return end == print.size();
    }

    Object first() {
        return rows.key(0);
    }

    Object last() {
        return rows.key(rows.size() - 1);
    }

    boolean isEmpty() {
        return rows.size() == 0;
    }

    /** Its number by its name; 0 if someone else named it. */
    long number() {
        return SegmentNumbers.number(file);
    }

    /** The same without a row: its line, if it has one, is of no use any more. */
    Segment without(Object key, Comparator<Object> order) {
        int at = rows.find(key, order);
        Lines rest = new Lines(rows.size());
        for (int i = 0; i < rows.size(); i++) {
            if (i != at) {
                rest.add(rows, i);
            }
        }
        Segment result = new Segment(file, print, rest, strays, edited, surplus || !rows.isLost(at));
        result.forced = forced;
        return result;
    }
}
