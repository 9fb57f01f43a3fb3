package io.taskmover.storage.fileops;

import io.taskmover.storage.backend.PreparedTransaction;
import java.nio.file.Path;
import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * All that a transaction is going to do.
 *
 * @param id of the transaction here; part of file names
 * @param transaction the same as others know it
 * @param seenAt when the identities in the steps were taken
 * @param steps by their levels; those for after the commit last
 */
record Intents(String id, PreparedTransaction transaction, Instant seenAt, List<Step> steps) {

    int levels() {
        return steps.stream()
                .filter(step -> !step.kind().isAfterCommit())
                .mapToInt(step -> step.level() + 1)
                .max()
                .orElse(1);
    }

    /** The numbers of a level's steps, in their order. */
    List<Integer> level(int level) {
        return IntStream.range(0, steps.size())
                .filter(i ->
                        steps.get(i).level() == level && !steps.get(i).kind().isAfterCommit())
                .boxed()
                .toList();
    }

    List<Step> afterCommit() {
        return steps.stream().filter(step -> step.kind().isAfterCommit()).toList();
    }

    /** Where the copy that is a step is until it is whole: known from what is in the journal. */
    Path part(int step) {
        return steps.get(step).to().resolveSibling(RootFolder.RESERVED + id + "-" + step + ".part");
    }

    /** All that the steps take or put. */
    Set<Path> paths() {
        Set<Path> paths = new LinkedHashSet<>();
        for (Step step : steps) {
            if (step.from() != null) {
                paths.add(Objects.requireNonNull(step.from()));
            }
            paths.add(step.to());
        }
        return paths;
    }
}
