package io.taskmover.storage.file;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What stands in the lines of a segment that is not, or may not be, as it was last written. Blank lines, carriage
 * returns at the end of lines and a byte order mark do not count.
 */
final class SegmentScan {
    private final Path file;
    private final Fingerprint print;
    /** All lines that are not blank; their units are their numbers. */
    private final Lines lines;
    /** For lines without a key, by position: the key that they begin with. */
    private final Map<Integer, Object> stated = new HashMap<>();

    private SegmentScan(Path file, Fingerprint print, Lines lines) {
        this.file = file;
        this.print = print;
        this.lines = lines;
    }

    /** Reads a file; null if there is none. */
    static @Nullable SegmentScan of(Path file, @Nullable Segment known, LineKeys keys) throws IOException {
        BasicFileAttributes attributes = Fingerprint.look(file);
        if (attributes == null) {
            return null;
        }
        byte[] bytes = Links.read(file);
        Fingerprint print = Fingerprint.of(attributes, bytes);
        if (known != null && known.settled() && print.sameContent(known.print())) {
            return new SegmentScan(file, print, touched(known.rows()));
        }
        SegmentScan scan = new SegmentScan(
                file, print, new Lines(known == null ? 64 : known.rows().size() + 16));
        scan.split(bytes, keys);
        return scan;
    }

    /** The lines of a file that has other times than it had, and the same content. */
    private static Lines touched(Lines rows) {
        Lines lines = new Lines(rows.size());
        for (int i = 0; i < rows.size(); i++) {
            lines.add(rows.key(i), rows.start(i), rows.length(i), rows.crc(i), 0);
        }
        return lines;
    }

    private void split(byte[] bytes, LineKeys keys) {
        int start = bytes.length >= 3 && bytes[0] == (byte) 0xEF && bytes[1] == (byte) 0xBB && bytes[2] == (byte) 0xBF
                ? 3
                : 0;
        for (int number = 1; start < bytes.length; number++) {
            int end = start;
            while (end < bytes.length && bytes[end] != '\n') {
                end++;
            }
            int last = end;
            while (last > start && isBlank(bytes[last - 1])) {
                last--;
            }
            int first = start;
            while (first < last && isBlank(bytes[first])) {
                first++;
            }
            if (last > first) {
                add(Arrays.copyOfRange(bytes, first, last), first, number, keys);
            }
            start = end + 1;
        }
    }

    private void add(byte[] line, int start, int number, LineKeys keys) {
        Object key = keys.read(line);
        if (key == null) {
            Object begins = keys.stated(line);
            if (begins != null) {
                stated.put(lines.size(), begins);
            }
        }
        lines.add(key, start, line.length, Fingerprint.crc(ByteBuffer.wrap(line)), number);
    }

    private static boolean isBlank(byte b) {
        return b == ' ' || b == '\t' || b == '\r';
    }

    Path file() {
        return file;
    }

    Fingerprint print() {
        return print;
    }

    Lines lines() {
        return lines;
    }

    /** The key that a line begins with that cannot be read as a whole; null if that cannot be told. */
    @Nullable
    Object stated(int position) {
        return stated.get(position);
    }

    /** What stands in a line; {@code bytes} is the file's content. */
    Found found(int position, @Nullable Object known, byte[] bytes) {
        Object key = lines.keyOrNull(position);
        Object unread = known == null ? stated(position) : known;
        return found(file, lines, position, known, bytes, print).stating(key == null ? unread : key);
    }

    /** The same, of lines that were looked at before. */
    static Found found(
            Path file, Lines lines, int i, @Nullable Object known, byte[] bytes, @Nullable Fingerprint print) {
        int end = Math.min(bytes.length, lines.start(i) + lines.length(i));
        byte[] line = Arrays.copyOfRange(bytes, Math.min(lines.start(i), end), end);
        return new Found(file, Math.toIntExact(lines.unit(i)), known, line, print);
    }
}
