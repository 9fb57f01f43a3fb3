package io.taskmover.storage.fileops;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/** Puts each step into the first level in which all that it relies on is done. */
final class StepLevels {
    private final PathTree<Level> levels = new PathTree<>();

    /**
     * The last levels in which a path is changed, and read.
     *
     * @param changed -1 if it is not
     */
    private record Level(int changed, int read) {}

    private StepLevels() {}

    /** The same steps in the same order. */
    static List<Step> of(List<Step> steps) {
        StepLevels levels = new StepLevels();
        List<Step> placed = new ArrayList<>();
        for (Step step : steps) {
            placed.add(step.atLevel(levels.place(step)));
        }
        return placed;
    }

    private int place(Step step) {
        Path from = step.from();
        boolean takes = step.kind() == Step.Kind.MOVE;
        int level = after(step.to(), true);
        if (from != null) {
            level = Math.max(level, after(from, takes));
        }
        note(step.to(), true, level);
        if (from != null) {
            note(from, takes, level);
        }
        return level;
    }

    private int after(Path path, boolean changes) {
        int last = -1;
        for (Level level : levels.above(path)) {
            last = Math.max(last, last(level, changes));
        }
        for (Level level : levels.below(path)) {
            last = Math.max(last, last(level, changes));
        }
        return last + 1;
    }

    private static int last(Level level, boolean changes) {
        return changes ? Math.max(level.changed, level.read) : level.changed;
    }

    private void note(Path path, boolean changes, int level) {
        Level former = Objects.requireNonNullElse(levels.get(path), new Level(-1, -1));
        levels.put(
                path,
                changes
                        ? new Level(Math.max(former.changed, level), former.read)
                        : new Level(former.changed, Math.max(former.read, level)));
    }
}
