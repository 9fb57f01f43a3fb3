package io.taskmover.storage.testkit.history;

import io.taskmover.storage.testkit.history.Operation.Append;
import io.taskmover.storage.testkit.history.Operation.Read;
import io.taskmover.storage.testkit.history.RecordedTransaction.Outcome;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/** Something wrong for a history that is right, and what it is to be found as. */
enum Plant {
    ABORTED_READ(Phenomenon.ABORTED_READ, Plant::abortedRead),
    INTERMEDIATE_READ(Phenomenon.INTERMEDIATE_READ, Plant::intermediateRead),
    INTERMEDIATE_OVERWRITE(Phenomenon.INTERMEDIATE_READ, Plant::intermediateOverwrite),
    UNWRITTEN_VALUE(Phenomenon.UNWRITTEN_VALUE, Plant::unwrittenValue),
    DUPLICATE_VALUE(Phenomenon.DUPLICATE_VALUE, Plant::duplicateValue),
    INCOMPATIBLE_ORDER(Phenomenon.INCOMPATIBLE_ORDER, Plant::incompatibleOrder),
    OWN_WRITE_UNSEEN(Phenomenon.OWN_WRITE_UNSEEN, Plant::ownWriteUnseen),
    STALE_READ(Phenomenon.STALE_READ, Plant::staleRead),
    G0(Phenomenon.G0, Plant::g0),
    G1C(Phenomenon.G1C, Plant::g1c),
    UNREPEATABLE_READ(Phenomenon.UNREPEATABLE_READ, Plant::unrepeatableRead),
    LOST_UPDATE(Phenomenon.LOST_UPDATE, Plant::lostUpdate),
    LOST_APPEND(Phenomenon.LOST_APPEND, Plant::lostAppend),
    READ_SKEW(Phenomenon.G_SINGLE, Plant::readSkew),
    READ_SKEW_OF_THREE(Phenomenon.G_SINGLE, Plant::readSkewOfThree),
    LONG_FORK(Phenomenon.G_NONADJACENT, Plant::longFork),
    WRITE_SKEW(Phenomenon.G2_ITEM, Plant::writeSkew),
    WRITE_SKEW_OF_THREE(Phenomenon.G2_ITEM, Plant::writeSkewOfThree);

    final Phenomenon phenomenon;
    private final Consumer<Simulation> action;

    Plant(Phenomenon phenomenon, Consumer<Simulation> action) {
        this.phenomenon = phenomenon;
        this.action = action;
    }

    /** A history, as the strongest level has it that allows all but this, with this at a random place. */
    History in(long seed, int transactions) {
        Simulation simulation = new Simulation(seed, phenomenon.forbiddenFrom());
        int before = simulation.random(transactions);
        int atOnce = 1 + simulation.random(4);
        simulation.run(before, atOnce);
        action.accept(simulation);
        simulation.run(transactions - before, atOnce);
        return simulation.history();
    }

    private static void commit(Simulation s, long begin, Operation... operations) {
        s.record(begin, Outcome.COMMITTED, operations);
    }

    /** Appends a value in a transaction of its own. Returns the value. */
    private static int appendOne(Simulation s, int key) {
        long begin = s.tick();
        int value = s.newValue();
        s.extend(key, value);
        commit(s, begin, new Append(key, value));
        return value;
    }

    private static List<Integer> with(List<Integer> list, Integer... more) {
        List<Integer> longer = new ArrayList<>(list);
        longer.addAll(List.of(more));
        return longer;
    }

    private static void abortedRead(Simulation s) {
        int key = s.keys(1).get(0);
        int value = s.newValue();
        s.record(s.tick(), Outcome.ABORTED, new Append(key, value));
        List<Integer> seen = s.random(2) == 0 ? with(s.list(key), value) : s.extend(key, value);
        commit(s, s.tick(), new Read(key, seen));
    }

    private static void intermediateRead(Simulation s) {
        int key = s.keys(1).get(0);
        long begin = s.tick();
        int first = s.newValue();
        int second = s.newValue();
        commit(s, s.tick(), new Read(key, with(s.list(key), first)));
        s.extend(key, first, second);
        commit(s, begin, new Append(key, first), new Append(key, second));
    }

    private static void intermediateOverwrite(Simulation s) {
        int key = s.keys(1).get(0);
        long begin = s.tick();
        int first = s.newValue();
        int second = s.newValue();
        s.extend(key, first);
        appendOne(s, key);
        commit(s, begin, new Append(key, first), new Append(key, second));
    }

    private static void unwrittenValue(Simulation s) {
        int key = s.keys(1).get(0);
        commit(s, s.tick(), new Read(key, with(s.list(key), s.newValue())));
    }

    private static void duplicateValue(Simulation s) {
        int key = s.keys(1).get(0);
        appendOne(s, key);
        List<Integer> list = s.list(key);
        commit(s, s.tick(), new Read(key, with(list, list.get(s.random(list.size())))));
    }

    private static void incompatibleOrder(Simulation s) {
        int key = s.keys(1).get(0);
        List<Integer> before = s.list(key);
        int first = appendOne(s, key);
        int second = appendOne(s, key);
        commit(s, s.tick(), new Read(key, with(before, second, first)));
    }

    private static void ownWriteUnseen(Simulation s) {
        int key = s.keys(1).get(0);
        long begin = s.tick();
        List<Integer> before = s.list(key);
        int value = s.newValue();
        s.extend(key, value);
        commit(s, begin, new Append(key, value), new Read(key, before));
    }

    private static void staleRead(Simulation s) {
        int key = s.keys(1).get(0);
        List<Integer> before = s.list(key);
        for (int i = s.random(3); i >= 0; i--) {
            appendOne(s, key);
        }
        commit(s, s.tick(), new Read(key, before));
    }

    private static void g0(Simulation s) {
        List<Integer> keys = s.keys(2);
        int one = keys.get(0);
        int two = keys.get(1);
        int[] v = {s.newValue(), s.newValue(), s.newValue(), s.newValue()};
        long begin = s.tick();
        s.extend(one, v[0], v[1]);
        s.extend(two, v[3], v[2]);
        commit(s, begin, new Append(one, v[0]), new Append(two, v[2]));
        commit(s, begin, new Append(one, v[1]), new Append(two, v[3]));
    }

    private static void g1c(Simulation s) {
        List<Integer> keys = s.keys(2);
        int one = keys.get(0);
        int two = keys.get(1);
        int first = s.newValue();
        int second = s.newValue();
        long begin = s.tick();
        commit(s, begin, new Append(one, first), new Read(two, s.extend(two, second)));
        commit(s, begin, new Append(two, second), new Read(one, s.extend(one, first)));
    }

    private static void unrepeatableRead(Simulation s) {
        int key = s.keys(1).get(0);
        long begin = s.tick();
        List<Integer> before = s.list(key);
        appendOne(s, key);
        commit(s, begin, new Read(key, before), new Read(key, s.list(key)));
    }

    private static void lostUpdate(Simulation s) {
        int key = s.keys(1).get(0);
        long begin = s.tick();
        List<Integer> before = s.list(key);
        appendOne(s, key);
        int value = s.newValue();
        commit(s, begin, new Append(key, value), new Read(key, with(before, value)));
    }

    private static void lostAppend(Simulation s) {
        int key = s.keys(1).get(0);
        commit(s, s.tick(), new Append(key, s.newValue()));
    }

    private static void readSkew(Simulation s) {
        List<Integer> keys = s.keys(2);
        int one = keys.get(0);
        int two = keys.get(1);
        long begin = s.tick();
        List<Integer> before = s.list(one);
        int first = s.newValue();
        int second = s.newValue();
        s.extend(one, first);
        s.extend(two, second);
        commit(s, begin, new Append(one, first), new Append(two, second));
        commit(s, begin, new Read(one, before), new Read(two, s.list(two)));
    }

    private static void readSkewOfThree(Simulation s) {
        List<Integer> keys = s.keys(2);
        int one = keys.get(0);
        int two = keys.get(1);
        long begin = s.tick();
        List<Integer> before = s.list(one);
        int first = appendOne(s, one);
        int second = s.newValue();
        s.extend(two, second);
        // between them is a third that read what the first wrote
        commit(s, begin, new Read(one, with(before, first)), new Append(two, second));
        commit(s, begin, new Read(one, before), new Read(two, s.list(two)));
    }

    private static void longFork(Simulation s) {
        List<Integer> keys = s.keys(2);
        int one = keys.get(0);
        int two = keys.get(1);
        long begin = s.tick();
        List<Integer> oneBefore = s.list(one);
        List<Integer> twoBefore = s.list(two);
        int first = s.newValue();
        int second = s.newValue();
        s.extend(one, first);
        s.extend(two, second);
        commit(s, begin, new Append(one, first));
        commit(s, begin, new Append(two, second));
        commit(s, begin, new Read(one, s.list(one)), new Read(two, twoBefore));
        commit(s, begin, new Read(one, oneBefore), new Read(two, s.list(two)));
    }

    private static void writeSkew(Simulation s) {
        skew(s, 2);
    }

    private static void writeSkewOfThree(Simulation s) {
        skew(s, 3);
    }

    /** Each appends to a list that the next one, and the last of them to one that the first one, read before. */
    private static void skew(Simulation s, int transactions) {
        List<Integer> keys = s.keys(transactions);
        long begin = s.tick();
        List<List<Integer>> before = keys.stream().map(s::list).toList();
        for (int i = 0; i < transactions; i++) {
            int value = s.newValue();
            int other = (i + 1) % transactions;
            s.extend(keys.get(i), value);
            commit(s, begin, new Read(keys.get(other), before.get(other)), new Append(keys.get(i), value));
        }
    }
}
