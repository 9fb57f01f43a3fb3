package io.taskmover.storage.cli.input;

import java.io.Closeable;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The records of one input, one after the other. Not thread-safe. */
public interface RecordReader extends Closeable {

    /**
     * The next record, or null after the last. After a {@link BadRecordException} that is not fatal, reading goes on
     * with the record behind it.
     */
    @Nullable
    InputRecord next() throws BadRecordException, IOException;

    /** The number of bytes of the input consumed so far, as they lie in the file. */
    long bytesRead();
}
