package io.taskmover.storage.file;

import io.taskmover.storage.engine.CommitRecord;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/**
 * Puts one new segment in the place of a damaged journal. It begins with the first commit that is not in the files, and a
 * reader passes over what stands in segments before such a one: so with its name the new journal counts at once, and the
 * former segments are of no account whether they are removed or not.
 */
final class JournalRewrite {
    private final Disk disk;
    private final StorePaths paths;

    JournalRewrite(Disk disk, StorePaths paths) {
        this.disk = disk;
        this.paths = paths;
    }

    /**
     * Writes it; durable on return.
     *
     * @param first the sequence that it begins with
     * @param commits those that are known; the others, which are lost, become commits that change nothing, so that
     *     those after them keep their sequences
     * @param former the segments that are there
     */
    void run(long first, List<CommitRecord> commits, NavigableMap<Long, Path> former) throws IOException {
        Map<Long, CommitRecord> known = new TreeMap<>();
        commits.forEach(commit -> known.put(commit.sequence(), commit));
        long last = commits.isEmpty()
                ? first
                : Math.max(first, commits.get(commits.size() - 1).sequence());
        long number = former.isEmpty() ? 1 : former.lastKey() + 1;
        ByteSink all = new ByteSink(1 << 16);
        ByteSink record = new ByteSink(1 << 12);
        for (long sequence = first; sequence <= last; sequence++) {
            record.truncate(0, 1 << 20);
            JournalFormat.begin(record);
            RowCodec.write(record, known.getOrDefault(sequence, new CommitRecord(sequence, List.of(), List.of())));
            JournalFormat.end(record);
            JournalFormat.place(record, number, JournalFormat.HEADER_BYTES + all.size(), sequence, sequence - 1);
            all.putAll(record);
        }
        ByteBuffer segment = ByteBuffer.allocate(JournalFiles.sizeFor(all.size()));
        segment.put(JournalFormat.header(number)).put(all.asBuffer()).rewind();
        disk.createDirectories(paths.journal());
        new AtomicFile(disk, paths).write(paths.journal().resolve(JournalFormat.fileName(number)), segment);
        AtomicFile.forceDirectory(disk, paths.journal());
        remove(former);
    }

    /** Removes segments for good. */
    void remove(NavigableMap<Long, Path> segments) throws IOException {
        if (!segments.isEmpty()) {
            for (Path segment : segments.values()) {
                disk.delete(segment);
            }
            AtomicFile.forceDirectory(disk, paths.journal());
        }
    }
}
