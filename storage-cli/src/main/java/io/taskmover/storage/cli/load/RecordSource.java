package io.taskmover.storage.cli.load;

import io.taskmover.storage.cli.input.BadRecordException;
import io.taskmover.storage.cli.input.InputFile;
import io.taskmover.storage.cli.input.InputRecord;
import io.taskmover.storage.cli.input.Place;
import io.taskmover.storage.cli.input.RecordReader;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.util.List;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/** The records of all files of an import, one after the other, each with a number of its own. Not thread-safe. */
final class RecordSource implements Closeable {
    private static final int POSITION_BITS = 44;

    private final List<InputFile> files;
    private int next;
    private @Nullable RecordReader reader;
    private long ordinal;
    private long line;
    private long bytesBefore;

    RecordSource(List<InputFile> files) {
        this.files = files;
    }

    /** The next record, or null after the last; goes on after a {@link BadRecordException} that is not fatal. */
    @Nullable
    InputRecord next() throws BadRecordException, IOException {
        while (true) {
            RecordReader current = reader;
            if (current == null) {
                if (next == files.size()) {
                    return null;
                }
                current = files.get(next++).read();
                reader = current;
                ordinal = 0;
                line = 0;
            }
            ordinal++;
            InputRecord record = read(current);
            if (record != null) {
                line = record.place().line();
                return record;
            }
            bytesBefore += current.bytesRead();
            current.close();
            reader = null;
        }
    }

    private @Nullable InputRecord read(RecordReader current) throws BadRecordException, IOException {
        try {
            return current.next();
        } catch (ZipException | EOFException e) {
            throw BadRecordException.fatal(
                    Place.line(file().name(), line + 1),
                    "the compressed data ends early or is damaged: " + e.getMessage());
        }
    }

    /** The file of the current record. */
    InputFile file() {
        return files.get(next - 1);
    }

    /** A number that the current record has in every pass, and no other one. */
    long position() {
        return ((long) next << POSITION_BITS) | ordinal;
    }

    /** The place of a record as a number that is not 0. */
    long encode(Place place) {
        return ((long) next << POSITION_BITS) | place.line();
    }

    /** The place of which {@link #encode} made a number. */
    Place decode(long encoded) {
        int file = (int) (encoded >>> POSITION_BITS);
        return Place.line(files.get(file - 1).name(), encoded & ((1L << POSITION_BITS) - 1));
    }

    /** The number of bytes read of all files. */
    long bytesRead() {
        RecordReader current = reader;
        return bytesBefore + (current == null ? 0 : current.bytesRead());
    }

    @Override
    public void close() throws IOException {
        RecordReader current = reader;
        if (current != null) {
            current.close();
        }
    }
}
