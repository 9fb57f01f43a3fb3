package io.taskmover.storage.cli.output;

import io.taskmover.storage.schema.RowType;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Locale;

/** The forms in which rows are printed. */
public enum OutputFormat {
    /** Aligned columns for people, cut to the terminal's width. */
    TABLE,
    /** A JSON array. */
    JSON,
    /** One JSON object a line. */
    JSONL,
    /** Comma-separated values with a header line. */
    CSV;

    /** A writer of rows of {@code type}. */
    public RowWriter writer(OutputStream out, RowType type, Terminal terminal) throws IOException {
        return switch (this) {
            case TABLE -> new TableWriter(out, type, terminal);
            case JSON -> new JsonArrayWriter(out);
            case JSONL -> new JsonLinesWriter(out);
            case CSV -> new CsvWriter(out, type);
        };
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
