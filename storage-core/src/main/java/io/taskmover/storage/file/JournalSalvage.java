package io.taskmover.storage.file;

import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.file.JournalFormat.Frame;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads from a damaged journal all that is whole. Where {@link JournalReader} stops at damage this one goes on with the
 * next whole record; at a torn tail, which was never acknowledged, it stops too. Used once; holds the journal in memory.
 */
final class JournalSalvage {
    /** Says that nobody knows any more up to which commit everything is in the files. */
    static final long UNKNOWN = -1;

    private final long checkpoint;
    private final Map<String, TableSchema> tables;
    private final NavigableMap<Long, Path> segments;
    private final NavigableMap<Long, Intact> records = new TreeMap<>();
    private final List<Loss> losses = new ArrayList<>();
    private @Nullable Loss torn;
    /** The sequence that should follow; 0 while it is not known. */
    private long expected;

    /** A record that is whole. */
    record Intact(long sequence, Path file, int offset, ByteBuffer payload) {}

    /**
     * Something that is not there as it was written.
     *
     * @param offset in the file
     * @param problem without the place
     */
    record Loss(Path file, long offset, String problem) {
        String place() {
            return file + " at offset " + offset;
        }
    }

    /**
     * @param checkpoint the commit up to which everything is in the files, or {@link #UNKNOWN}
     * @param tables those at the checkpoint, by name, for naming what is at stake
     */
    JournalSalvage(StorePaths paths, long checkpoint, Map<String, TableSchema> tables) {
        this.checkpoint = checkpoint;
        this.tables = tables;
        this.segments = new JournalReader(paths.journal()).segments();
    }

    JournalSalvage read() throws IOException {
        NavigableMap<Long, ByteBuffer> contents = new TreeMap<>();
        for (Map.Entry<Long, Path> segment : segments.entrySet()) {
            contents.put(segment.getKey(), ByteBuffer.wrap(Links.read(segment.getValue())));
        }
        long start = start(contents);
        for (Map.Entry<Long, ByteBuffer> content : contents.entrySet()) {
            long number = content.getKey();
            if (number == start) {
                // what is damaged before is in the files, and its records are of use only if they are whole
                losses.clear();
                expected = 0;
            }
            boolean followed = contents.tailMap(number, false).values().stream()
                    .anyMatch(later -> !isZero(later, JournalFormat.HEADER_BYTES));
            read(number, content.getValue(), followed);
            if (torn != null) {
                break;
            }
        }
        if (checkpoint != UNKNOWN && !records.isEmpty()) {
            Map.Entry<Long, Intact> first = records.higherEntry(checkpoint);
            if (first != null && first.getKey() > checkpoint + 1 && losses.isEmpty()) {
                losses.add(missing(first.getValue(), checkpoint + 1));
            }
        }
        return this;
    }

    /** The segments by their number. */
    NavigableMap<Long, Path> segments() {
        return segments;
    }

    /** What is whole, by sequence; those up to the checkpoint too. */
    NavigableMap<Long, Intact> records() {
        return records;
    }

    /** What is not, in order. */
    List<Loss> losses() {
        return losses;
    }

    /** Where a tail is to be dropped that was never acknowledged, as far as anything tells; null if none is. */
    @Nullable
    Loss torn() {
        return torn;
    }

    /** The segment from which on all records count: as {@link JournalReader} finds it. */
    private long start(NavigableMap<Long, ByteBuffer> contents) {
        long start = contents.isEmpty() ? 0 : contents.firstKey();
        for (Map.Entry<Long, ByteBuffer> content : contents.entrySet()) {
            Frame first = JournalFormat.frame(content.getValue(), content.getKey(), JournalFormat.HEADER_BYTES);
            if (checkpoint != UNKNOWN && first != null && first.sequence() <= checkpoint + 1) {
                start = content.getKey();
            }
        }
        return start;
    }

    private void read(long number, ByteBuffer bytes, boolean followed) {
        Path file = Objects.requireNonNull(segments.get(number));
        if (!JournalFormat.isHeader(bytes, number) || JournalFormat.version(bytes) > JournalFormat.VERSION) {
            losses.add(new Loss(file, 0, "its header is not that of journal segment " + number));
        }
        if (bytes.limit() % JournalFiles.BLOCK_BYTES != 0) {
            losses.add(new Loss(file, bytes.limit(), "it was cut off there; commits may be lost"));
        }
        boolean first = true;
        int offset = JournalFormat.HEADER_BYTES;
        while (offset < bytes.limit()) {
            Frame frame = JournalFormat.frame(bytes, number, offset);
            if (frame != null && frame.whole()) {
                accept(new Intact(frame.sequence(), file, offset, frame.payload(bytes)), first);
                offset = frame.end();
            } else if (isZero(bytes, offset)) {
                break;
            } else if (isTorn(file, number, bytes, offset, followed)) {
                return;
            } else {
                expected = frame == null ? 0 : frame.sequence() + 1;
                offset = next(bytes, number, frame == null ? offset + 1 : Math.min(bytes.limit(), frame.end()));
            }
            first = false;
        }
    }

    private void accept(Intact record, boolean first) {
        long sequence = record.sequence();
        if (first && !records.isEmpty() && sequence <= records.lastKey()) {
            // a repair that was cut off has written anew what stands from here on
            records.tailMap(sequence, true).clear();
            losses.clear();
        } else if (expected != 0 && sequence > expected) {
            losses.add(missing(record, expected));
        }
        records.put(sequence, record);
        expected = sequence + 1;
    }

    private static Loss missing(Intact record, long from) {
        long to = record.sequence() - 1;
        return new Loss(
                record.file(),
                record.offset(),
                (from == to ? "commit " + from + " is" : "the commits " + from + " to " + to + " are")
                        + " not there before commit " + record.sequence()
                        + ", and nobody can tell which rows they changed");
    }

    /** Whether what stands there is a torn tail; if not, it is among the losses then. */
    private boolean isTorn(Path file, long number, ByteBuffer bytes, int offset, boolean followed) {
        try {
            String text = new JournalDamage(file, number, bytes, offset)
                    .requireTorn(expected, Math.max(0, checkpoint), followed, tables);
            torn = new Loss(file, offset, "a write that was cut off, or damage to the last commits: " + text);
            return true;
        } catch (CorruptionException e) {
            losses.add(new Loss(file, offset, problem(e)));
            return false;
        }
    }

    /** The sentence without the place, which {@link Failures#corruptAt} puts first. */
    static String problem(CorruptionException e) {
        String message = String.valueOf(e.getMessage());
        int colon = message.indexOf(": ");
        return message.contains(" is damaged") && colon > 0 ? message.substring(colon + 2) : message;
    }

    /** The next offset at which there is at least a record's header. */
    private static int next(ByteBuffer bytes, long number, int from) {
        int at = from;
        while (at < bytes.limit() && JournalFormat.frame(bytes, number, at) == null) {
            at++;
        }
        return at;
    }

    private static boolean isZero(ByteBuffer bytes, int start) {
        for (int at = start; at < bytes.limit(); at++) {
            if (bytes.get(at) != 0) {
                return false;
            }
        }
        return true;
    }
}
