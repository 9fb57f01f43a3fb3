package io.taskmover.storage.migration;

import io.taskmover.storage.error.MigrationException;
import io.taskmover.storage.error.SchemaException;
import java.util.ArrayList;
import java.util.List;

/**
 * The steps of a migration, forward or back, from the tables as they were before it. Worked out anew whenever it is run: the
 * same ones each time. Immutable.
 */
final class Course {
    /** @param change what the step is a part of */
    record Stop(Change change, Step step) {}

    private final List<Stop> stops = new ArrayList<>();

    private Course() {}

    /** @throws MigrationException if the changes do not fit the tables */
    static Course forward(Migration migration, Schemas before) {
        Course course = new Course();
        for (Placed placed : places(migration, before)) {
            placed.change.steps(placed.site).forEach(step -> course.stops.add(new Stop(placed.change, step)));
        }
        return course;
    }

    /** @throws MigrationException if a change cannot be taken back */
    static Course back(Migration migration, Schemas before) {
        Course course = new Course();
        List<Placed> places = places(migration, before);
        for (int i = places.size() - 1; i >= 0; i--) {
            Placed placed = places.get(i);
            placed.change.stepsBack(placed.site).forEach(step -> course.stops.add(new Stop(placed.change, step)));
        }
        return course;
    }

    private record Placed(Change change, Site site) {}

    private static List<Placed> places(Migration migration, Schemas before) {
        List<Placed> places = new ArrayList<>();
        Schemas now = before;
        for (Change change : migration.changes()) {
            places.add(new Placed(change, new Site(migration.version(), places.size() + 1, now)));
            now = applied(migration, change, now);
        }
        return places;
    }

    /** What a change makes of the tables. */
    static Schemas applied(Migration migration, Change change, Schemas before) {
        try {
            return change.apply(before);
        } catch (SchemaException e) {
            throw new MigrationException(
                    "Migration " + migration + " does not fit the tables that there are: " + change + ": "
                            + e.getMessage(),
                    e);
        }
    }

    int length() {
        return stops.size();
    }

    Stop stop(int index) {
        return stops.get(index);
    }
}
