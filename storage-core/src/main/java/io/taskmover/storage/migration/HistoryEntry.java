package io.taskmover.storage.migration;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the store remembers of one migration: a row of {@link History}. Immutable.
 *
 * @param step how many of its steps are done, of those forward or of those back, as the state says
 * @param begun whether the next step is under way, in a database that commits definitions by themselves
 * @param position the key, part by part as text, up to which the next step has gone through the rows of its table; null for none
 * @param before the tables that it is about, as they were before it
 * @param by who ran it last
 * @param durationMillis from its start to its end; 0 as long as there is none
 * @param error why it failed when it was run last; null if it did not
 */
record HistoryEntry(
        MigrationVersion version,
        String description,
        String checksum,
        State state,
        int step,
        boolean begun,
        @Nullable List<String> position,
        Schemas before,
        String by,
        Instant startedAt,
        long durationMillis,
        @Nullable String error) {

    /** How far a migration is. */
    enum State {
        APPLYING,
        APPLIED,
        ROLLING_BACK,
        ROLLED_BACK;

        /** In words, as it stands in the table. */
        String text() {
            return switch (this) {
                case APPLYING -> "applying";
                case APPLIED -> "applied";
                case ROLLING_BACK -> "rolling back";
                case ROLLED_BACK -> "rolled back";
            };
        }

        static State of(String text) {
            for (State state : values()) {
                if (state.text().equals(text)) {
                    return state;
                }
            }
            throw new IllegalArgumentException("'" + text + "' is no state of a migration");
        }
    }

    boolean isApplied() {
        return state == State.APPLIED;
    }

    /** Whether it is neither whole nor gone. */
    boolean isUnfinished() {
        return !isUntouched() && (state == State.APPLYING || state == State.ROLLING_BACK);
    }

    /** Whether nothing of it is there: it failed before its first step was kept, or was rolled back. */
    boolean isUntouched() {
        return state == State.ROLLED_BACK || (state == State.APPLYING && step == 0 && !begun && position == null);
    }

    /** With a step more behind it. */
    HistoryEntry next() {
        return at(step + 1, false, null);
    }

    HistoryEntry begin() {
        return at(step, true, position);
    }

    HistoryEntry at(List<String> key) {
        return at(step, begun, key);
    }

    private HistoryEntry at(int doneSteps, boolean isBegun, @Nullable List<String> key) {
        return new HistoryEntry(
                version,
                description,
                checksum,
                state,
                doneSteps,
                isBegun,
                key,
                before,
                by,
                startedAt,
                durationMillis,
                error);
    }

    /** At the first step forward or back. */
    HistoryEntry started(State direction, String who, Instant now) {
        return new HistoryEntry(version, description, checksum, direction, 0, false, null, before, who, now, 0, null);
    }

    HistoryEntry ended(State end, Instant now) {
        long millis = Math.max(0, now.toEpochMilli() - startedAt.toEpochMilli());
        return new HistoryEntry(
                version, description, checksum, end, 0, false, null, before, by, startedAt, millis, null);
    }

    HistoryEntry failed(String why) {
        return new HistoryEntry(
                version,
                description,
                checksum,
                state,
                step,
                begun,
                position,
                before,
                by,
                startedAt,
                durationMillis,
                why);
    }

    HistoryEntry withChecksum(String other) {
        return new HistoryEntry(
                version,
                description,
                other,
                state,
                step,
                begun,
                position,
                before,
                by,
                startedAt,
                durationMillis,
                error);
    }
}
