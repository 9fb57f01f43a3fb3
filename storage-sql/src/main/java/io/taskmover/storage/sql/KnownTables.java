package io.taskmover.storage.sql;

import java.sql.SQLException;

/** The tables of a database as it was last seen: for transactions that see it so, and for reads without one. */
final class KnownTables {
    private volatile Tables last = new Tables(Tables.UNCOMMITTED);

    /** As they were last seen. */
    Tables latest() {
        return last;
    }

    /** The tables of the state that a session sees. */
    Tables of(Session session) throws SQLException {
        long version = session.dialect().catalogVersion(session);
        Tables known = last;
        if (known.version() == version) {
            return known;
        }
        Tables fresh = new Tables(version);
        publish(fresh);
        return fresh;
    }

    /** The same, all that this library made being loaded: a transaction that locks what it reads is not to look for them. */
    Tables allOf(Session session) throws SQLException {
        Tables all = of(session);
        all.loadOwn(session);
        return all;
    }

    private synchronized void publish(Tables fresh) {
        if (fresh.version() > last.version()) {
            last = fresh;
        }
    }

    /** A transaction that saw these tables has changed the catalog: what is known from now on is of later versions. */
    void changed(Tables seen) {
        publish(new Tables(seen.version() + 1));
    }

    /** A statement did not find what was known: look again with fresh eyes. */
    synchronized void forget() {
        last = new Tables(Tables.UNCOMMITTED);
    }
}
