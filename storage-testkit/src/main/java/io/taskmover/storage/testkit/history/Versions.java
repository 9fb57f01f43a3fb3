package io.taskmover.storage.testkit.history;

import io.taskmover.storage.testkit.history.Operation.Append;
import io.taskmover.storage.testkit.history.Operation.Read;
import io.taskmover.storage.testkit.history.RecordedTransaction.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The versions of all lists of a history, which was written over which, and who read them. */
final class Versions {
    private final History history;
    private final Findings findings;
    private final Map<Integer, Version> byValue = new HashMap<>();
    private final Map<Integer, Version> empty = new HashMap<>();
    /** Versions whose predecessor is known, each after it. */
    private final List<Version> inOrder = new ArrayList<>();

    private final List<Observation> observations = new ArrayList<>();
    /** The transactions that count as committed: those of unknown outcome do once somebody has read from them. */
    private final boolean[] committed;

    private int lists;

    Versions(History history, Findings findings) {
        this.history = history;
        this.findings = findings;
        this.committed = new boolean[history.transactions().size()];
        for (int id = 0; id < committed.length; id++) {
            RecordedTransaction transaction = history.transactions().get(id);
            committed[id] = transaction.outcome() == Outcome.COMMITTED;
            addAppends(id, transaction);
        }
        settleUnknown();
        for (int id = 0; id < committed.length; id++) {
            if (committed[id]) {
                observe(id, history.transactions().get(id));
            }
        }
        history.last().forEach(this::observeLast);
        noteOverwrites();
    }

    boolean committed(int transaction) {
        return committed[transaction];
    }

    /** All versions that somebody appended. */
    Iterable<Version> appended() {
        return byValue.values();
    }

    Iterable<Version> emptyLists() {
        return empty.values();
    }

    /** Versions that somebody read, or wrote over, and is known to have. */
    List<Version> linked() {
        return inOrder;
    }

    List<Observation> observations() {
        return observations;
    }

    private void addAppends(int id, RecordedTransaction transaction) {
        List<Version> own = new ArrayList<>(transaction.operations().size());
        for (Operation operation : transaction.operations()) {
            if (operation instanceof Append append) {
                Version version = new Version(append.key(), append.value(), id);
                if (byValue.put(append.value(), version) != null) {
                    throw new IllegalArgumentException("The value " + append.value() + " is appended twice");
                }
                for (Version earlier : own) {
                    if (earlier.key == version.key && earlier.replacement == null) {
                        earlier.replacement = version;
                    }
                }
                own.add(version);
            }
        }
    }

    /** Whoever was read from by one that counts as committed does too. */
    private void settleUnknown() {
        if (history.count(Outcome.UNKNOWN) == 0) {
            return;
        }
        Deque<Integer> readers = new ArrayDeque<>();
        for (int id = 0; id < committed.length; id++) {
            if (committed[id]) {
                readers.add(id);
            }
        }
        history.last().values().forEach(values -> settle(values, readers));
        while (!readers.isEmpty()) {
            for (Operation operation :
                    history.transactions().get(readers.remove()).operations()) {
                if (operation instanceof Read read) {
                    settle(read.values(), readers);
                }
            }
        }
    }

    private void settle(List<Integer> values, Deque<Integer> readers) {
        for (Integer value : values) {
            Version version = byValue.get(value);
            if (version != null
                    && !committed[version.writer]
                    && history.transactions().get(version.writer).outcome() == Outcome.UNKNOWN) {
                committed[version.writer] = true;
                readers.add(version.writer);
            }
        }
    }

    private void observe(int reader, RecordedTransaction transaction) {
        for (Operation operation : transaction.operations()) {
            if (operation instanceof Read read) {
                Version version = follow(read.key(), read.values(), reader, false);
                if (version != null) {
                    observations.add(new Observation(reader, version));
                }
            }
        }
    }

    private void observeLast(int key, List<Integer> values) {
        follow(key, values, Version.NOBODY, true);
    }

    /** Goes along a list that somebody read. Returns the version that it is; null if it is none that can be. */
    private @Nullable Version follow(int key, List<Integer> values, int reader, boolean last) {
        lists++;
        Version version = empty.computeIfAbsent(key, absent -> new Version(absent, 0, Version.NOBODY));
        for (Integer value : values) {
            Version next = byValue.get(value);
            if (next == null || next.key != key) {
                findings.add(
                        Phenomenon.UNWRITTEN_VALUE,
                        () -> who(reader) + " read " + value + ", which nobody appended, in list " + key + " "
                                + values);
                return null;
            }
            if (!link(version, next, values, reader)) {
                return null;
            }
            next.last |= last;
            version = next;
        }
        if (version.replacement != null && version.writer != reader) {
            intermediate(version, reader);
        }
        return version;
    }

    private boolean link(Version version, Version next, List<Integer> values, int reader) {
        if (next.mark == lists) {
            findings.add(Phenomenon.DUPLICATE_VALUE, () -> who(reader) + " read " + next + " twice: " + values);
            return false;
        }
        next.mark = lists;
        if (!committed[next.writer]) {
            findings.add(
                    Phenomenon.ABORTED_READ,
                    () -> who(reader) + " read " + next + ", which was rolled back: " + describe(next.writer));
        }
        if (version.replacement != null && version.replacement != next) {
            intermediate(version, next.writer);
        }
        if (next.predecessor == null) {
            next.predecessor = version;
            version.successors.add(next);
            inOrder.add(next);
        } else if (next.predecessor != version) {
            Version other = next.predecessor;
            findings.add(
                    Phenomenon.INCOMPATIBLE_ORDER,
                    () -> who(reader) + " read " + next + " after " + version + ", another after " + other);
            return false;
        }
        return true;
    }

    private void intermediate(Version version, int reader) {
        findings.add(
                Phenomenon.INTERMEDIATE_READ,
                () -> who(reader) + " read " + version + ", and not yet what followed in the same transaction: "
                        + describe(version.writer));
    }

    private void noteOverwrites() {
        for (int i = inOrder.size() - 1; i >= 0; i--) {
            Version version = inOrder.get(i);
            Version predecessor = version.predecessor;
            RecordedTransaction writer = history.transactions().get(version.writer);
            long certain = writer.outcome() == Outcome.COMMITTED ? writer.end() : Long.MAX_VALUE;
            if (predecessor != null) {
                predecessor.overwritten = Math.min(predecessor.overwritten, Math.min(certain, version.overwritten));
            }
        }
    }

    private String describe(int transaction) {
        return who(transaction) + " = "
                + history.transactions().get(transaction).operations();
    }

    private static String who(int transaction) {
        return transaction == Version.NOBODY ? "The last reader" : "T" + transaction;
    }
}
