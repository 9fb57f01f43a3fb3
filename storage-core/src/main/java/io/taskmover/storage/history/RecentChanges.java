package io.taskmover.storage.history;

import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * When rows of a store that nobody else writes were changed last: since then each is what it is now. Of each table it holds the
 * keys of rows that have changed since some time; when those are too many it forgets them, and begins anew. Thread-safe.
 *
 * <p>A change is noted before it can be seen, and after its time was taken. So what is not noted is not there to be seen, or is
 * not later than the time since which changes are noted: to read a row, and to ask only then, tells whether it was so at a moment.
 */
final class RecentChanges {
    /** How many keys of a table are held at most, some 100 bytes each. */
    static final int MOST = 50_000;

    /** @param last by key, a time that is not before that of its last change */
    private record Window(Instant since, Map<Object, Instant> last) {}

    private final int most;
    private final Supplier<Instant> now;
    private final Map<String, Window> tables = new ConcurrentHashMap<>();

    /** @param now a time that is not before any that changes were given */
    RecentChanges(int most, Supplier<Instant> now) {
        this.most = most;
        this.now = now;
    }

    /** Begins to note the changes of a table, unless that is done already. */
    void begin(String table) {
        tables.computeIfAbsent(table, name -> newWindow());
    }

    private Window newWindow() {
        return new Window(now.get(), new ConcurrentHashMap<>());
    }

    /** Notes that rows of a table are changed, whose time was taken. */
    void changed(String table, Collection<Object> ids) {
        // one after the other: what a new window is without has a time before it
        tables.computeIfPresent(table, (name, window) -> {
            if (window.last().size() + ids.size() > most) {
                return newWindow();
            }
            Instant at = now.get();
            ids.forEach(id -> window.last().put(id, at));
            return window;
        });
    }

    /** Whether a row that was read before this is asked was the same at a moment; false if that is not known. */
    boolean isSameSince(Instant moment, String table, Object id) {
        Window window = tables.get(table);
        if (window == null || moment.isBefore(window.since())) {
            return false;
        }
        @Nullable Instant last = window.last().get(id);
        return last == null || !last.isAfter(moment);
    }
}
