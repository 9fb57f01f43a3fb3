package io.taskmover.storage.cli.load;

import io.taskmover.storage.cli.input.BadRecordException;
import io.taskmover.storage.cli.input.BadRecordException.Kind;
import io.taskmover.storage.cli.input.InputRecord;
import io.taskmover.storage.cli.input.Place;
import io.taskmover.storage.schema.TableSchema;

/** What the first pass of an import checks of each record, before anything is written. */
abstract class TableCheck {
    private final IdLedger ids = new IdLedger();
    private final boolean upsert;

    TableCheck(boolean upsert) {
        this.upsert = upsert;
    }

    /** Checks one record. */
    abstract void check(InputRecord record, RecordSource source) throws BadRecordException;

    /** The table's schema, after all records. */
    abstract TableSchema schema();

    /** Whether repeated ids are welcome. */
    final boolean upsert() {
        return upsert;
    }

    /**
     * @param canonical a text that equal ids share
     * @param shown the id for people
     */
    final void requireNew(String canonical, Object shown, InputRecord record, RecordSource source)
            throws BadRecordException {
        if (upsert) {
            return;
        }
        long earlier = ids.add(canonical, source.encode(record.place()));
        if (earlier != 0) {
            Place first = source.decode(earlier);
            String where = first.file().equals(record.place().file()) ? "line " + first.line() : first.toString();
            throw new BadRecordException(
                    Kind.DUPLICATE,
                    record.place(),
                    "id '" + shown + "' appears twice, first in " + where + "; with --upsert the last one counts");
        }
    }
}
