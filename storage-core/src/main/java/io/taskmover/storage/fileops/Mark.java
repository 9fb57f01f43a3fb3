package io.taskmover.storage.fileops;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * How far a transaction is: the end of its journal file's name, so that a rename marks it.
 *
 * @param level if it has begun only: all levels below are done and durable, nothing of those above is, and of this one
 *     any part may be
 */
record Mark(State state, int level) implements Comparable<Mark> {
    static final Mark PREPARED = new Mark(State.PREPARED, 0);
    static final Mark COMMITTED = new Mark(State.COMMITTED, 0);

    private static final Pattern FILE_NAME = Pattern.compile("(.+)\\.(?:begun-(\\d{1,9})|(prepared)|(committed))");

    enum State {
        /** To be undone after a crash. */
        BEGUN,
        /** All is done that can be undone; another decides. */
        PREPARED,
        /** What is left to do is done after a crash, too. */
        COMMITTED
    }

    static Mark begun(int level) {
        return new Mark(State.BEGUN, level);
    }

    String fileName(String id) {
        return id + "."
                + switch (state) {
                    case BEGUN -> "begun-" + level;
                    case PREPARED -> "prepared";
                    case COMMITTED -> "committed";
                };
    }

    /** A transaction's id and mark. */
    record Named(String id, Mark mark) {
        /** Empty if it is not the name of a journal file. */
        static Optional<Named> of(String fileName) {
            Matcher name = FILE_NAME.matcher(fileName);
            if (!name.matches()) {
                return Optional.empty();
            }
            @Nullable String level = name.group(2);
            Mark mark = level != null ? begun(Integer.parseInt(level)) : name.group(3) != null ? PREPARED : COMMITTED;
            return Optional.of(new Named(String.valueOf(name.group(1)), mark));
        }
    }

    @Override
    public int compareTo(Mark other) {
        return state == other.state ? Integer.compare(level, other.level) : state.compareTo(other.state);
    }
}
