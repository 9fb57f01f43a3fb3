package io.taskmover.storage.file;

import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.engine.CommitRecord;
import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.file.JournalFormat.Frame;
import io.taskmover.storage.schema.TableSchema;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;
import org.jspecify.annotations.Nullable;

/**
 * Tells a torn tail from damage, where a segment has something else than a whole record or zeros.
 *
 * <p>It is a torn tail, the trace of a write that a crash cut off, if nothing says that it was on the disk once: not the
 * checkpoint, not the mark in a later record, not a later segment with records. Whole records may follow in a torn
 * tail, since sectors reach the disk in any order; they were never acknowledged either. Otherwise it is corruption.
 */
final class JournalDamage {
    private static final int ROWS_NAMED = 10;

    private final Path file;
    private final long number;
    private final ByteBuffer bytes;
    private final int offset;
    /** The record that should be at the offset, if its header is there. */
    private final @Nullable Frame here;
    /** The next record after the offset of which there is at least the header. */
    private @Nullable Frame next;
    /** The record with the highest mark after the offset. */
    private @Nullable Frame witness;

    JournalDamage(Path file, long number, ByteBuffer bytes, int offset) {
        this.file = file;
        this.number = number;
        this.bytes = bytes;
        this.offset = offset;
        this.here = JournalFormat.frame(bytes, number, offset);
        findWitness();
    }

    private void findWitness() {
        int limit = bytes.limit();
        int at = here == null ? offset + 1 : Math.min(limit, here.end());
        while (at < limit) {
            Frame frame = JournalFormat.frame(bytes, number, at);
            if (frame == null) {
                at++;
            } else {
                next = next == null ? frame : next;
                witness = witness == null || frame.durable() > witness.durable() ? frame : witness;
                at = Math.min(limit, frame.end());
            }
        }
    }

    /**
     * Says why the records from the offset on are to be dropped.
     *
     * @param expected the sequence that should follow, 0 if it is not known
     * @param followed whether a later segment has records
     * @param tables the tables as they are before the record, by name
     * @throws CorruptionException if they are damaged
     */
    String requireTorn(long expected, long checkpoint, boolean followed, Map<String, TableSchema> tables) {
        long missing = expected;
        if (missing == 0) {
            missing = here != null ? here.sequence() : next != null ? next.sequence() - 1 : checkpoint + 1;
        }
        if (here != null && here.sequence() != missing) {
            throw Failures.corruptAt(
                    file, offset, "commit " + here.sequence() + " stands where " + missing + " should");
        }
        if (here != null && here.end() > bytes.limit()) {
            throw corrupt(missing, "the file had room for it and was cut off", tables);
        }
        if (followed) {
            throw corrupt(missing, "a later segment was begun, for which this one was complete on the disk", tables);
        }
        if (missing <= checkpoint) {
            throw corrupt(missing, "it was on the disk before the files that hold it were written", tables);
        }
        if (witness != null && missing <= witness.durable()) {
            throw corrupt(
                    missing,
                    "it was on the disk when commit " + witness.sequence() + " at offset " + witness.offset()
                            + " was written",
                    tables);
        }
        return file + " at offset " + offset + ": a write that was cut off, of commit " + missing
                + (next == null ? "" : " and later ones");
    }

    private CorruptionException corrupt(long missing, String proof, Map<String, TableSchema> tables) {
        return Failures.corruptAt(
                file,
                offset,
                "commit " + missing + " is not there whole, although " + proof + ". At stake: "
                        + atStake(missing, tables));
    }

    private String atStake(long missing, Map<String, TableSchema> tables) {
        Frame following = next;
        if (here == null && following != null && following.sequence() > missing + 1) {
            return "the commits " + missing + " to " + (following.sequence() - 1);
        }
        int end = here != null ? here.end() : following != null ? following.offset() : bytes.limit();
        int start = offset + JournalFormat.RECORD_HEADER_BYTES;
        if (start < end && end <= bytes.limit()) {
            try {
                ByteSource payload = new ByteSource(bytes.slice(start, end - start));
                return describe(RowCodec.read(payload, missing, new HashMap<>(tables)));
            } catch (RuntimeException e) {
                // damaged bytes may fail in any way to be a commit: then its number is all that there is to say
            }
        }
        return "commit " + missing + ", whose rows cannot be read any more";
    }

    private static String describe(CommitRecord commit) {
        Map<String, StringJoiner> rows = new LinkedHashMap<>();
        commit.tables().forEach(change -> rows.put(change.table(), new StringJoiner(", ")));
        List<RowChange> named =
                commit.rows().subList(0, Math.min(ROWS_NAMED, commit.rows().size()));
        for (RowChange row : named) {
            rows.computeIfAbsent(row.table(), table -> new StringJoiner(", ")).add("'" + row.id() + "'");
        }
        StringJoiner text = new StringJoiner("; ");
        rows.forEach((table, ids) ->
                text.add(ids.length() == 0 ? "table '" + table + "'" : "of table '" + table + "' the rows " + ids));
        int more = commit.rows().size() - named.size();
        return text + (more == 0 ? "" : " and " + more + " more") + ", as far as they can still be read";
    }
}
