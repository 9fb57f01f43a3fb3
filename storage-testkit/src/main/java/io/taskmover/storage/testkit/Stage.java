package io.taskmover.storage.testkit;

import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.query.Condition;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Where an {@link Interleaving} takes place: a table {@code (id, n)} with an index on {@code n}, that holds a = 10 and
 * b = 20, and transactions on it, all of one isolation level and on one thread.
 */
final class Stage implements AutoCloseable {
    /** How long a writer waits for its turn where there is one at a time: nobody leaves while it does. */
    private static final Duration PATIENCE = Duration.ofMillis(20);

    private final TestTable table;
    private final Isolation level;
    private final List<Actor> actors = new ArrayList<>();
    private boolean written;

    /** @param table of these columns; its rows are replaced */
    Stage(TestTable table, Isolation level) {
        this.table = table;
        this.level = level;
        table.store().delete(table.name(), Condition.all());
        table.write(WriteMode.INSERT, table.row("a", 10), table.row("b", 20));
    }

    /** Begins a transaction that reads and writes. */
    Actor writer() {
        TransactionOptions options = TransactionOptions.DEFAULT.withIsolation(level);
        boolean waits = written && !table.store().capabilities().has(Feature.CONCURRENT_WRITERS);
        written = true;
        return add(new Actor(table, waits ? options.withTimeout(PATIENCE) : options));
    }

    /** Begins a transaction that only reads. */
    Actor reader() {
        return add(new Actor(table, TransactionOptions.READ_ONLY.withIsolation(level)));
    }

    private Actor add(Actor actor) {
        actors.add(actor);
        return actor;
    }

    /** Writes a row in a transaction of its own, before the actors begin. */
    void insert(String id, long n) {
        table.insert(id, n);
    }

    /** The number of a row as it is stored now; {@link Actor#NOTHING} if there is none. */
    long stored(String id) {
        return table.find(id).map(Actor::number).orElse(Actor.NOTHING);
    }

    /** Whether anybody got through. */
    boolean anyCommitted() {
        return actors.stream().anyMatch(Actor::committed);
    }

    @Override
    public void close() {
        actors.forEach(Actor::close);
    }
}
