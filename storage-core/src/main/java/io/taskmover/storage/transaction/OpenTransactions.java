package io.taskmover.storage.transaction;

import io.taskmover.storage.backend.BackendTransaction;
import java.lang.ref.Cleaner;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transactions that somebody began by hand and has to end by hand. Who forgot one is told where it was begun: when
 * nobody can reach it any more, which also rolls it back, or when its store is closed. Thread-safe.
 */
final class OpenTransactions {
    private static final Logger LOG = LoggerFactory.getLogger(Transaction.class);

    private final Set<Opened> all = ConcurrentHashMap.newKeySet();

    /** Notes that a transaction was begun, by the code that called. */
    Opened opened(BoundTransaction transaction, BackendTransaction rows) {
        Opened opened = new Opened(transaction.id(), transaction.startedAt(), rows);
        all.add(opened);
        opened.cleanable = Unreachable.CLEANER.register(transaction, opened);
        return opened;
    }

    void report() {
        for (Opened opened : all) {
            opened.report("is still open while its store is closed");
        }
    }

    /** Its thread is started with the first transaction that is begun by hand. */
    private static final class Unreachable {
        static final Cleaner CLEANER = Cleaner.create();
    }

    /** Must not know the transaction, which would be reachable by it then. */
    final class Opened implements Runnable {
        private final String id;
        private final Instant since;
        private final String thread = Thread.currentThread().getName();
        private final Throwable place = new Throwable("Here it was begun");
        private final BackendTransaction rows;
        private Cleaner.@Nullable Cleanable cleanable;

        private Opened(String id, Instant since, BackendTransaction rows) {
            this.id = id;
            this.since = since;
            this.rows = rows;
        }

        Throwable place() {
            return place;
        }

        void ended() {
            all.remove(this);
            if (cleanable != null) {
                cleanable.clean();
            }
        }

        /** The transaction has ended, or cannot be ended by anybody any more. */
        @Override
        public void run() {
            if (all.remove(this)) {
                report("was never committed, rolled back or closed, and is rolled back now");
                rows.rollback();
            }
        }

        private void report(String what) {
            LOG.warn(
                    "Transaction {}, begun by thread '{}' at {}, {}; use try-with-resources, or transaction(…)",
                    id,
                    thread,
                    since,
                    what,
                    place);
        }
    }
}
