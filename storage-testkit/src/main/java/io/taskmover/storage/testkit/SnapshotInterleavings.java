package io.taskmover.storage.testkit;

import static io.taskmover.storage.query.Field.field;

import java.util.List;

/** Interleavings that a snapshot and the rule that the first committer wins prevent: PMP, P4 and G-single. */
final class SnapshotInterleavings {
    private SnapshotInterleavings() {}

    // PMP

    static boolean predicateReadsDiffer(Stage stage) {
        Actor reader = stage.reader();
        Actor writer = stage.writer();
        List<Object> before = reader.ids(field("n").atLeast(30L));
        writer.insert("c", 30);
        writer.commit();
        List<Object> after = reader.ids(field("n").atLeast(30L));
        reader.commit();
        return reader.committed() && writer.committed() && !after.equals(before);
    }

    static boolean predicateCountsDiffer(Stage stage) {
        Actor reader = stage.reader();
        Actor writer = stage.writer();
        long before = reader.count(field("n").atMost(20L));
        writer.delete("a");
        writer.commit();
        long after = reader.count(field("n").atMost(20L));
        reader.commit();
        return reader.committed() && writer.committed() && after != before;
    }

    static boolean predicateWriteMeetsAnother(Stage stage) {
        Actor one = stage.writer();
        Actor two = stage.writer();
        one.add(field("n").atLeast(0L), 10);
        List<Object> before = two.ids(field("n").eq(20L));
        two.delete(field("n").eq(20L));
        one.commit();
        List<Object> after = two.ids(field("n").eq(20L));
        two.commit();
        // it deleted what it saw, so that nothing may be left of it, and it saw b only before the other
        boolean bothBefore = before.equals(List.of("b")) && after.isEmpty() && stage.stored("a") == 20;
        return one.committed() && two.committed() && !bothBefore;
    }

    // P4

    static boolean lostUpdate(Stage stage) {
        Actor one = stage.writer();
        Actor two = stage.writer();
        long first = one.read("a");
        long second = two.read("a");
        one.set("a", first + 1);
        two.set("a", second + 2);
        one.commit();
        two.commit();
        return one.committed() && two.committed();
    }

    static boolean lostUpdateOfACommittedOne(Stage stage) {
        Actor one = stage.writer();
        Actor two = stage.writer();
        long first = one.read("a");
        long second = two.read("a");
        one.set("a", first + 1);
        one.commit();
        two.set("a", second + 2);
        two.commit();
        return one.committed() && two.committed();
    }

    /** The store does both reading and writing, in one statement. */
    static boolean lostUpdateByAssignment(Stage stage) {
        Actor one = stage.writer();
        Actor two = stage.writer();
        one.add(field("id").eq("a"), 1);
        two.add(field("id").eq("a"), 2);
        one.commit();
        two.commit();
        return one.committed() && two.committed() && stage.stored("a") != 13;
    }

    static boolean lostUpdateByDelete(Stage stage) {
        Actor one = stage.writer();
        Actor two = stage.writer();
        long first = one.read("a");
        two.read("a");
        one.set("a", first + 1);
        one.commit();
        two.delete("a");
        two.commit();
        return one.committed() && two.committed();
    }

    static boolean lostUpdateOfANewRow(Stage stage) {
        Actor one = stage.writer();
        Actor two = stage.writer();
        boolean none = one.read("c") == Actor.NOTHING && two.read("c") == Actor.NOTHING;
        one.upsert("c", 1);
        two.upsert("c", 2);
        one.commit();
        two.commit();
        return none && one.committed() && two.committed();
    }

    // G-single

    static boolean readSkew(Stage stage) {
        Actor reader = stage.reader();
        Actor writer = stage.writer();
        long a = reader.read("a");
        writer.set("a", 12);
        writer.set("b", 18);
        writer.commit();
        long b = reader.read("b");
        reader.commit();
        return reader.committed() && writer.committed() && a == 10 && b == 18;
    }

    static boolean readSkewOfPredicates(Stage stage) {
        Actor reader = stage.reader();
        Actor writer = stage.writer();
        List<Object> before = reader.ids(field("n").eq(10L));
        writer.set("a", 12);
        writer.commit();
        List<Object> after = reader.ids(field("n").eq(12L));
        reader.commit();
        return reader.committed() && writer.committed() && before.equals(List.of("a")) && !after.isEmpty();
    }

    /** One that reads before another and deletes after it. */
    static boolean readSkewOfAPredicateWrite(Stage stage) {
        Actor one = stage.writer();
        Actor two = stage.writer();
        one.read("a");
        two.read("a");
        two.read("b");
        two.set("a", 12);
        two.set("b", 18);
        two.commit();
        one.delete(field("n").eq(20L));
        one.commit();
        return one.committed() && two.committed();
    }
}
