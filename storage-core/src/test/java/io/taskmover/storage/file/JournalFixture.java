package io.taskmover.storage.file;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.RowChange;
import io.taskmover.storage.engine.CommitRecord;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A journal of commits that insert one row each, whose id is their sequence. */
final class JournalFixture {
    static final TableSchema TABLE = TableSchema.builder("t")
            .column("id", DataType.INTEGER)
            .column("text", DataType.TEXT)
            .primaryKey("id")
            .build();

    final CountingDisk disk;
    final StorePaths paths;

    JournalFixture(Path root, CountingDisk disk) {
        this.disk = disk;
        this.paths = new StorePaths(root);
        try {
            disk.createDirectories(paths.temporary());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static CommitRecord commit(long sequence) {
        return commit(sequence, "text");
    }

    static CommitRecord commit(long sequence, String text) {
        return new CommitRecord(
                sequence,
                List.of(),
                List.of(new RowChange("t", sequence, null, Row.of(TABLE.rowType(), sequence, text))));
    }

    static void append(Journal journal, long sequence) {
        append(journal, sequence, "text");
    }

    static void append(Journal journal, long sequence, String text) {
        journal.append(commit(sequence, text), bytes -> {});
    }

    Journal open(Durability durability, long lastSequence) {
        return new Journal(disk, paths, durability, lastSequence);
    }

    /** A new journal, each commit of which is awaited before the next. */
    void write(Durability durability, long from, long to) {
        try (Journal journal = open(durability, from - 1)) {
            write(journal, from, to);
        }
    }

    static void write(Journal journal, long from, long to) {
        for (long sequence = from; sequence <= to; sequence++) {
            append(journal, sequence);
            journal.await(sequence);
        }
    }

    /** Opens the journal that is there and continues it. */
    Journal resume(long checkpoint) throws IOException {
        return Journal.resume(
                disk,
                paths,
                Durability.SYNC,
                reader().read(checkpoint, tables(), commit -> {}),
                JournalSpace.FIRST_BYTES);
    }

    JournalReader reader() {
        return new JournalReader(paths.journal());
    }

    static Map<String, TableSchema> tables() {
        return new HashMap<>(Map.of("t", TABLE));
    }

    /** The ids of the rows read, each checked to be that of its commit. */
    List<Long> read(long checkpoint) {
        return read(checkpoint, "text");
    }

    List<Long> read(long checkpoint, String text) {
        List<Long> ids = new ArrayList<>();
        JournalReader.End end = reader().read(checkpoint, tables(), commit -> {
            assertThat(commit).isEqualTo(commit(commit.sequence(), text));
            ids.add(commit.sequence());
        });
        assertThat(end.lastSequence()).isEqualTo(ids.isEmpty() ? checkpoint : ids.get(ids.size() - 1));
        return ids;
    }

    Path segment(long number) {
        return paths.journal().resolve(JournalFormat.fileName(number));
    }

    /** A segment's bytes with only so many of its reserved ones: tests that try every bit need not try them all. */
    byte[] shorten(long number) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(segment(number)));
        int end = endOfRecords(bytes, number);
        byte[] shortened = new byte[(end / JournalFiles.BLOCK_BYTES + 1) * JournalFiles.BLOCK_BYTES];
        bytes.get(0, shortened);
        Files.write(segment(number), shortened);
        return shortened;
    }

    static int endOfRecords(ByteBuffer segment, long number) {
        int offset = JournalFormat.HEADER_BYTES;
        for (var frame = JournalFormat.frame(segment, number, offset);
                frame != null;
                frame = JournalFormat.frame(segment, number, offset)) {
            offset = frame.end();
        }
        return offset;
    }

    static int offsetOfRecord(byte[] segment, long number, long sequence) {
        int offset = JournalFormat.HEADER_BYTES;
        JournalFormat.Frame frame = JournalFormat.frame(ByteBuffer.wrap(segment), number, offset);
        while (frame.sequence() != sequence) {
            frame = JournalFormat.frame(ByteBuffer.wrap(segment), number, frame.end());
        }
        return frame.offset();
    }
}
