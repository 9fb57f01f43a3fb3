package io.taskmover.storage.testkit.history;

import java.util.List;

/** What a transaction did with one list. */
public sealed interface Operation {
    /** Which list. */
    int key();

    /** Read the list and wrote it with a value more at its end. No other append of a history has the same value. */
    record Append(int key, int value) implements Operation {
        @Override
        public String toString() {
            return "append " + value + " to " + key;
        }
    }

    /**
     * Read the list.
     *
     * @param values all of it, empty if there is none yet
     */
    record Read(int key, List<Integer> values) implements Operation {
        public Read {
            values = List.copyOf(values);
        }

        @Override
        public String toString() {
            return "read " + key + " " + values;
        }
    }
}
