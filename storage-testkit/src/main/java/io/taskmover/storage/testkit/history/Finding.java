package io.taskmover.storage.testkit.history;

/**
 * One phenomenon that a history shows.
 *
 * @param explanation who did what, for people
 */
public record Finding(Phenomenon phenomenon, String explanation) {
    @Override
    public String toString() {
        return phenomenon + ": " + explanation;
    }
}
