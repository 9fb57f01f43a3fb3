package io.taskmover.storage.engine;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a selection finds its candidates.
 *
 * @param tree the index's, or the primary key's
 * @param index the secondary index, null for the primary key
 * @param ranges what to walk through, in the tree's order, none overlapping
 * @param narrowed whether the ranges leave something out
 * @param direction the way to walk
 * @param ordered whether rows come in the order that the selection asks for
 * @param pinned how many of the index's leading columns have certain values in the ranges
 * @param bounded whether the next column has a range of values
 * @param exact whether all rows in the ranges satisfy the condition, which then need not be tested
 */
record AccessPath(
        OrderedTree tree,
        @Nullable OrderedIndex index,
        List<KeyRange> ranges,
        boolean narrowed,
        Direction direction,
        boolean ordered,
        int pinned,
        boolean bounded,
        boolean exact) {

    enum Direction {
        ASCENDING,
        DESCENDING,
        /** Keys descending, the rows of each key by ascending id: {@code order by priority desc} completed by the id. */
        DESCENDING_BY_KEY
    }
}
