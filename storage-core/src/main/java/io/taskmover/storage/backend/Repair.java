package io.taskmover.storage.backend;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * What {@link StorageBackend#repair} found and did.
 *
 * @param actions what was wrong and what was done about it, in this order; empty if nothing was
 * @param verification what is wrong with the store after that: what could not be repaired, each with what to do about it.
 *     It counts no tables and no rows if the store cannot be opened
 */
public record Repair(List<Action> actions, Verification verification) {
    public Repair {
        actions = List.copyOf(actions);
    }

    /** Whether nothing is wrong with the store any more. */
    public boolean clean() {
        return verification.clean();
    }

    /**
     * One thing that was wrong.
     *
     * @param place the file, and the line or offset in it where there is one
     * @param problem what was wrong there, without the place; rows that are lost, or may hold an older value than they
     *     should, are named as far as anybody can tell
     * @param done what was done about it
     * @param kept where the bytes are now that were changed or removed; empty if none were
     */
    public record Action(String place, String problem, String done, Optional<Path> kept) {
        /** All of it in one line. */
        @Override
        public String toString() {
            return place + ": " + problem + "; " + done
                    + kept.map(file -> "; what was there is in " + file).orElse("");
        }
    }
}
