package io.taskmover.storage.testkit;

import static io.taskmover.storage.query.Field.field;

import java.util.List;

/** Interleavings in which someone might see, or write over, what is not committed yet: G0, G1 and OTV. */
final class UncommittedInterleavings {
    private UncommittedInterleavings() {}

    // G0

    static boolean dirtyWritesCrossed(Stage stage) {
        Actor one = stage.writer();
        Actor two = stage.writer();
        writeCrossed(one, two);
        one.commit();
        two.commit();
        return mixed(stage, one, two);
    }

    static boolean dirtyWritesCrossedAndCommittedTheOtherWayRound(Stage stage) {
        Actor one = stage.writer();
        Actor two = stage.writer();
        writeCrossed(one, two);
        two.commit();
        one.commit();
        return mixed(stage, one, two);
    }

    private static void writeCrossed(Actor one, Actor two) {
        one.set("a", 11);
        two.set("a", 12);
        two.set("b", 22);
        one.set("b", 21);
    }

    /** Whether the rows are not those that one of the committed transactions wrote. */
    private static boolean mixed(Stage stage, Actor one, Actor two) {
        long a = stage.stored("a");
        long b = stage.stored("b");
        boolean first = one.committed() && a == 11 && b == 21;
        boolean second = two.committed() && a == 12 && b == 22;
        return !first && !second;
    }

    static boolean dirtyWriteUndone(Stage stage) {
        Actor one = stage.writer();
        Actor two = stage.writer();
        one.set("a", 11);
        two.set("a", 12);
        two.commit();
        one.rollback();
        if (!two.committed()) {
            // where writers wait, the one that was let in rolled back: somebody has to get through
            Actor later = stage.reader();
            boolean undone = later.read("a") == 10;
            later.commit();
            return !undone;
        }
        return stage.stored("a") != 12;
    }

    // G1

    static boolean abortedReadOfARow(Stage stage) {
        Actor reader = stage.reader();
        Actor writer = stage.writer();
        writer.set("a", 101);
        long during = reader.read("a");
        writer.rollback();
        long after = reader.read("a");
        reader.commit();
        return during == 101 || after == 101;
    }

    static boolean abortedReadOfAPredicate(Stage stage) {
        Actor reader = stage.reader();
        Actor writer = stage.writer();
        writer.set("a", 101);
        writer.insert("c", 102);
        writer.delete("b");
        List<Object> during = reader.ids(field("n").atLeast(0L));
        long high = reader.count(field("n").atLeast(101L));
        writer.rollback();
        List<Object> after = reader.ids(field("n").atLeast(0L));
        reader.commit();
        return high != 0 || !during.equals(List.of("a", "b")) || !after.equals(during);
    }

    static boolean intermediateReadOfARow(Stage stage) {
        Actor reader = stage.reader();
        Actor writer = stage.writer();
        writer.set("a", 101);
        long during = reader.read("a");
        writer.set("a", 11);
        writer.commit();
        long after = reader.read("a");
        reader.commit();
        return during == 101 || after == 101;
    }

    static boolean intermediateReadOfAPredicate(Stage stage) {
        Actor reader = stage.reader();
        Actor writer = stage.writer();
        writer.insert("c", 101);
        long during = reader.count(field("n").atLeast(100L));
        writer.delete("c");
        writer.commit();
        List<Object> after = reader.ids(field("n").atLeast(100L));
        reader.commit();
        return during != 0 || !after.isEmpty();
    }

    static boolean circularInformationFlow(Stage stage) {
        Actor one = stage.writer();
        Actor two = stage.writer();
        one.set("a", 11);
        two.set("b", 22);
        long b = one.read("b");
        long a = two.read("a");
        one.commit();
        two.commit();
        return one.committed() && two.committed() && b == 22 && a == 11;
    }

    // OTV

    /** Whoever has seen one write of a transaction sees all of its writes, or later ones, from then on. */
    static boolean observedTransactionVanishes(Stage stage) {
        Actor one = stage.writer();
        Actor two = stage.writer();
        Actor reader = stage.reader();
        one.set("a", 11);
        one.set("b", 19);
        two.set("a", 12);
        one.commit();
        long[] seen = new long[5];
        seen[0] = reader.read("a") - 10;
        seen[1] = 20 - reader.read("b");
        two.set("b", 18);
        seen[2] = 20 - reader.read("b");
        two.commit();
        seen[3] = 20 - reader.read("b");
        seen[4] = reader.read("a") - 10;
        reader.commit();
        for (int i = 1; i < seen.length; i++) {
            if (seen[i] < seen[i - 1]) {
                return reader.committed();
            }
        }
        return false;
    }
}
