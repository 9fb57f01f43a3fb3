package io.taskmover.storage.testkit;

import static io.taskmover.storage.query.Field.field;

import io.taskmover.storage.query.Restriction;

/**
 * Interleavings that snapshots allow and no serial order explains: G2-item and G2. In each of them every transaction
 * reads what another writes later on, so that each would have to come before the other.
 */
final class SerialInterleavings {
    private static final Restriction<Object> HIGH = field("n").atLeast(30L);

    private SerialInterleavings() {}

    // G2-item

    static boolean writeSkew(Stage stage) {
        Actor one = stage.writer();
        Actor two = stage.writer();
        one.read("a");
        one.read("b");
        two.read("a");
        two.read("b");
        one.set("a", 11);
        two.set("b", 21);
        return bothCommit(one, two);
    }

    static boolean writeSkewAfterACommit(Stage stage) {
        Actor one = stage.writer();
        Actor two = stage.writer();
        one.read("b");
        two.read("a");
        one.set("a", 11);
        one.commit();
        two.set("b", 21);
        two.commit();
        return one.committed() && two.committed();
    }

    static boolean writeSkewByDelete(Stage stage) {
        Actor one = stage.writer();
        Actor two = stage.writer();
        one.read("b");
        two.read("a");
        one.delete("a");
        two.delete("b");
        return bothCommit(one, two);
    }

    static boolean writeSkewOfThree(Stage stage) {
        stage.insert("c", 30);
        Actor one = stage.writer();
        Actor two = stage.writer();
        Actor three = stage.writer();
        one.read("a");
        two.read("b");
        three.read("c");
        one.set("b", 21);
        two.set("c", 31);
        three.set("a", 11);
        three.commit();
        return bothCommit(one, two) && three.committed();
    }

    // G2

    static boolean phantomsInSelections(Stage stage) {
        Actor one = stage.writer();
        Actor two = stage.writer();
        one.ids(HIGH);
        two.ids(HIGH);
        return bothInsertAndCommit(one, two);
    }

    static boolean phantomsInCounts(Stage stage) {
        Actor one = stage.writer();
        Actor two = stage.writer();
        one.count(HIGH);
        two.count(HIGH);
        return bothInsertAndCommit(one, two);
    }

    /** Each looks for the row, by its key, that the other one makes. */
    static boolean phantomsInLookUps(Stage stage) {
        Actor one = stage.writer();
        Actor two = stage.writer();
        one.read("d");
        two.read("c");
        return bothInsertAndCommit(one, two);
    }

    /** The row that was read is not changed: another comes before it. */
    static boolean phantomsBeforeTheFirst(Stage stage) {
        Actor one = stage.writer();
        Actor two = stage.writer();
        one.highest();
        two.highest();
        return bothInsertAndCommit(one, two);
    }

    static boolean phantomsInConditionalDeletes(Stage stage) {
        Actor one = stage.writer();
        Actor two = stage.writer();
        one.delete(HIGH);
        two.delete(HIGH);
        return bothInsertAndCommit(one, two);
    }

    static boolean phantomsInConditionalUpdates(Stage stage) {
        Actor one = stage.writer();
        Actor two = stage.writer();
        one.add(HIGH, 1);
        two.add(HIGH, 1);
        return bothInsertAndCommit(one, two);
    }

    /** Rows that were there already come to satisfy the condition. */
    static boolean phantomsByUpdate(Stage stage) {
        Actor one = stage.writer();
        Actor two = stage.writer();
        one.ids(HIGH);
        two.ids(HIGH);
        one.set("a", 30);
        two.set("b", 42);
        return bothCommit(one, two);
    }

    /** Rows that satisfied the condition are gone. */
    static boolean phantomsByDelete(Stage stage) {
        Actor one = stage.writer();
        Actor two = stage.writer();
        one.count(field("n").atMost(20L));
        two.count(field("n").atMost(20L));
        one.delete("a");
        two.delete("b");
        return bothCommit(one, two);
    }

    /**
     * The writers alone could have run one after the other; a third that only reads sees an order that was not. After
     * Fekete, O'Neil and O'Neil, <i>A Read-Only Transaction Anomaly Under Snapshot Isolation</i> (SIGMOD Record 2004).
     */
    static boolean anomalyOfAReader(Stage stage) {
        Actor one = stage.writer();
        one.read("a");
        one.read("b");
        Actor two = stage.writer();
        two.read("b");
        two.set("b", 25);
        two.commit();
        Actor reader = stage.reader();
        long a = reader.read("a");
        long b = reader.read("b");
        reader.commit();
        one.set("a", 0);
        one.commit();
        return one.committed() && two.committed() && reader.committed() && a == 10 && b == 25;
    }

    private static boolean bothInsertAndCommit(Actor one, Actor two) {
        one.insert("c", 30);
        two.insert("d", 42);
        return bothCommit(one, two);
    }

    private static boolean bothCommit(Actor one, Actor two) {
        one.commit();
        two.commit();
        return one.committed() && two.committed();
    }
}
