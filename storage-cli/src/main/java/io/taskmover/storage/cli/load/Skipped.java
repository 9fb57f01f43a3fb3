package io.taskmover.storage.cli.load;

import io.taskmover.storage.cli.input.BadRecordException;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** The bad records that an import leaves out. Not thread-safe. */
final class Skipped {
    private final boolean allowed;
    private final Consumer<String> list;
    private final Set<Long> records = new HashSet<>();
    private long count;

    /**
     * @param allowed whether bad records may be left out; else each fails the import
     * @param list is told of each
     */
    Skipped(boolean allowed, Consumer<String> list) {
        this.allowed = allowed;
        this.list = list;
    }

    /** Leaves out a record that its reader cannot read, this time and every time. */
    void unreadable(BadRecordException bad) throws BadRecordException {
        if (!allowed || bad.fatal()) {
            throw bad;
        }
        count++;
        list.accept("skipped " + bad.getMessage());
    }

    /** Leaves out a record that can be read; {@code position} is its own. */
    void refused(long position, BadRecordException bad) throws BadRecordException {
        unreadable(bad);
        records.add(position);
    }

    /** Whether bad records may be left out. */
    boolean allowed() {
        return allowed;
    }

    boolean contains(long position) {
        return !records.isEmpty() && records.contains(position);
    }

    long count() {
        return count;
    }
}
