package io.taskmover.storage.history;

import io.taskmover.storage.schema.Row;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/** The end of a row's versions, to which one change after the other is added. */
final class Chain {
    private final HistoryTable history;
    private final Object id;
    /** Of the last version; 0 if there is none. */
    private long number;

    private Instant at = HistoryTable.EVER;
    private boolean there;
    /** What the last version shows the row to be; null if it is not there. */
    private @Nullable Object image;

    /** @param last the entry of the last version; null if there is none */
    Chain(HistoryTable history, Object id, @Nullable Row last) {
        this.history = history;
        this.id = id;
        if (last != null) {
            number = history.numberOf(last);
            at = history.timeOf(last);
            image = history.imageOf(last);
            there = image != null;
        }
    }

    long number() {
        return number;
    }

    /** Whether the last version shows the row as it is, as far as the columns that there are now can tell. */
    boolean shows(@Nullable Row row) {
        Object shown = image;
        if (shown == null || row == null) {
            return shown == null && row == null;
        }
        return history.image().shows(shown, row);
    }

    /**
     * The entry for a state of the row that came about past its versions.
     *
     * @return null if the last version shows it
     */
    @Nullable
    Row found(@Nullable Row row, Instant moment) {
        if (number == 0) {
            return row == null ? null : add(ChangeKind.FOUND, row, HistoryTable.EVER, Origin.UNKNOWN);
        }
        return shows(row) ? null : add(ChangeKind.EXTERNAL, row, moment, Origin.UNKNOWN);
    }

    Row saved(Row row, Instant moment, Origin origin) {
        return add(there ? ChangeKind.UPDATE : ChangeKind.INSERT, row, moment, origin);
    }

    Row deleted(Instant moment, Origin origin) {
        return add(ChangeKind.DELETE, null, moment, origin);
    }

    /** The entry for what somebody did past the versions, who was noticed. */
    Row edited(@Nullable Row row, Instant moment) {
        return add(ChangeKind.EXTERNAL, row, moment, Origin.UNKNOWN);
    }

    private Row add(ChangeKind kind, @Nullable Row row, Instant moment, Origin origin) {
        number++;
        at = VersionClock.later(at, moment);
        there = row != null;
        Row entry = history.entry(id, new RowVersion(number, at, kind, origin.who(), origin.why(), row));
        image = history.imageOf(entry);
        return entry;
    }
}
