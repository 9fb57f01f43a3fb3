package io.taskmover.storage.testkit.history;

import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.testkit.history.Operation.Append;
import io.taskmover.storage.testkit.history.Operation.Read;
import io.taskmover.storage.testkit.history.RecordedTransaction.Outcome;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A store that does exactly what a level of isolation allows, and whose transactions take turns at random: it gives histories
 * that are known to be right, and lets a {@link Plant} put something wrong into them.
 */
final class Simulation {
    private static final int KEYS = 5;
    /** After so many appended values other lists are used, so that lists stay short. */
    private static final int VALUES_OF_KEYS = 60;

    private final Random random;
    private final Isolation level;
    /** Each list as the commits left it, by their numbers. */
    private final Map<Integer, TreeMap<Integer, List<Integer>>> lists = new HashMap<>();

    private final List<RecordedTransaction> recorded = new ArrayList<>();
    private int commits;
    private int values;
    private long clock;

    Simulation(long seed, Isolation level) {
        this.random = new Random(seed);
        this.level = level;
    }

    /** Runs transactions, some of them at once. */
    void run(int transactions, int atOnce) {
        List<Running> running = new ArrayList<>();
        int begun = 0;
        while (begun < transactions || !running.isEmpty()) {
            if (begun < transactions && running.size() < atOnce) {
                running.add(new Running());
                begun++;
            } else {
                Running next = running.get(random.nextInt(running.size()));
                if (!next.step()) {
                    running.remove(next);
                }
            }
        }
    }

    History history() {
        Map<Integer, List<Integer>> last = new HashMap<>();
        lists.forEach((key, versions) -> last.put(key, versions.lastEntry().getValue()));
        return new History(recorded, last);
    }

    // for plants

    int random(int bound) {
        return random.nextInt(bound);
    }

    int newValue() {
        return ++values;
    }

    /** Different lists in use, in random order. */
    List<Integer> keys(int count) {
        Set<Integer> keys = new LinkedHashSet<>();
        while (keys.size() < count) {
            keys.add(key());
        }
        return List.copyOf(keys);
    }

    long tick() {
        return clock++;
    }

    /** A list as it is now. */
    List<Integer> list(int key) {
        return read(key, commits);
    }

    /** Stores a list with some values more. Returns what it is then. */
    List<Integer> extend(int key, Integer... more) {
        List<Integer> extended = new ArrayList<>(list(key));
        extended.addAll(List.of(more));
        store(key, List.copyOf(extended));
        return list(key);
    }

    /** Records a transaction that ends now. */
    void record(long begin, Outcome outcome, Operation... operations) {
        recorded.add(new RecordedTransaction(begin, tick(), outcome, List.of(operations)));
    }

    private int key() {
        return values / VALUES_OF_KEYS * KEYS + random.nextInt(KEYS);
    }

    private void store(int key, List<Integer> list) {
        commits++;
        lists.computeIfAbsent(key, absent -> new TreeMap<>()).put(commits, list);
    }

    private List<Integer> read(int key, int commit) {
        TreeMap<Integer, List<Integer>> versions = lists.get(key);
        Map.Entry<Integer, List<Integer>> version = versions == null ? null : versions.floorEntry(commit);
        return version == null ? List.of() : version.getValue();
    }

    private boolean changedSince(int key, int commit) {
        TreeMap<Integer, List<Integer>> versions = lists.get(key);
        return versions != null && versions.lastKey() > commit;
    }

    private final class Running {
        private final long begin = tick();
        private final int snapshot = commits;
        private final Map<Integer, List<Integer>> own = new HashMap<>();
        private final Set<Integer> readKeys = new TreeSet<>();
        private final List<Operation> done = new ArrayList<>();
        private int left = 1 + random.nextInt(4);

        /** Whether there is more to do. */
        boolean step() {
            if (left-- == 0) {
                end();
                return false;
            }
            int key = key();
            readKeys.add(key);
            List<Integer> list = own.containsKey(key)
                    ? own.get(key)
                    : read(key, level == Isolation.READ_COMMITTED ? commits : snapshot);
            if (random.nextBoolean()) {
                done.add(new Read(key, list));
            } else {
                int value = newValue();
                List<Integer> longer = new ArrayList<>(list);
                longer.add(value);
                own.put(key, List.copyOf(longer));
                done.add(new Append(key, value));
            }
            return true;
        }

        private void end() {
            boolean commits = random.nextInt(10) > 0 && mayCommit();
            if (commits) {
                own.forEach(Simulation.this::store); // nobody takes a snapshot meanwhile
            }
            Outcome known = commits ? Outcome.COMMITTED : Outcome.ABORTED;
            Outcome outcome = random.nextInt(30) == 0 ? Outcome.UNKNOWN : known;
            recorded.add(new RecordedTransaction(begin, tick(), outcome, done));
        }

        private boolean mayCommit() {
            return switch (level) {
                case READ_COMMITTED -> true;
                case SNAPSHOT -> own.keySet().stream().noneMatch(key -> changedSince(key, snapshot));
                case SERIALIZABLE -> readKeys.stream().noneMatch(key -> changedSince(key, snapshot));
            };
        }
    }
}
