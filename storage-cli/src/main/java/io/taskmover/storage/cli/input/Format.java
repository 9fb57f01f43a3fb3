package io.taskmover.storage.cli.input;

import java.util.Locale;
import java.util.Optional;

/** A format of files of rows. */
public enum Format {
    /** One JSON object a line. */
    JSONL(true),
    /** A JSON array of objects. */
    JSON(true),
    /** Comma-separated values with a header line, RFC 4180. */
    CSV(false);

    private final boolean typed;

    Format(boolean typed) {
        this.typed = typed;
    }

    /** Whether values have types of their own; those of CSV are texts. */
    public boolean typed() {
        return typed;
    }

    /** The format that a file's name tells, {@code .gz} aside. */
    public static Optional<Format> of(String file) {
        String name = file.toLowerCase(Locale.ROOT);
        if (isCompressed(name)) {
            name = name.substring(0, name.length() - ".gz".length());
        }
        if (name.endsWith(".jsonl") || name.endsWith(".ndjson")) {
            return Optional.of(JSONL);
        }
        if (name.endsWith(".json")) {
            return Optional.of(JSON);
        }
        return name.endsWith(".csv") ? Optional.of(CSV) : Optional.empty();
    }

    /** What to tell whoever named a file that does not tell its format. */
    public static String unclear(String file) {
        return "the format of '" + file
                + "' is not clear from its name (.jsonl, .json, .csv, each also .gz); say --format";
    }

    /** Whether a file's name says that it is compressed by gzip. */
    public static boolean isCompressed(String file) {
        return file.toLowerCase(Locale.ROOT).endsWith(".gz");
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
