package io.taskmover.storage.testkit.history;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A version of a list: what an append left, named by the value that it appended. */
final class Version {
    /** The writer of the empty list. */
    static final int NOBODY = -1;

    final int key;
    final int value;
    final int writer;
    /** The versions that were written over this one; more than one only if an update was lost. */
    final List<Version> successors = new ArrayList<>(1);
    /** What this one was written over; null as long as nobody is known to have read it. */
    @Nullable
    Version predecessor;
    /** What the same transaction wrote over it later on. */
    @Nullable
    Version replacement;
    /** The first moment at which a version written over it, or over such a one, was committed for certain. */
    long overwritten = Long.MAX_VALUE;
    /** Whether it is part of the list that is there in the end. */
    boolean last;
    /** Which of the lists it was met in last. */
    int mark;

    Version(int key, int value, int writer) {
        this.key = key;
        this.value = value;
        this.writer = writer;
    }

    @Override
    public String toString() {
        return writer == NOBODY ? "the empty list " + key : "T" + writer + "'s " + value + " in list " + key;
    }
}
