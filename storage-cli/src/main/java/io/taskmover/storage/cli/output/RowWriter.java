package io.taskmover.storage.cli.output;

import io.taskmover.storage.schema.Row;
import java.io.IOException;

/** Writes rows of one type as text. {@link #finish} ends the text and leaves the stream open. Not thread-safe. */
public interface RowWriter {

    void write(Row row) throws IOException;

    /** Writes what comes behind the last row, and flushes. */
    void finish() throws IOException;
}
