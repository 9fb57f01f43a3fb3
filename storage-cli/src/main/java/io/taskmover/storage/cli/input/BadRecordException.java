package io.taskmover.storage.cli.input;

/** A record that cannot be imported, and where it stands. */
public final class BadRecordException extends Exception {
    /** What is wrong with it. */
    public enum Kind {
        /** It is not JSON or CSV, or not an object. */
        MALFORMED,
        /** Its id appears twice, or is in the table already. */
        DUPLICATE,
        /** A value does not fit its column. */
        WRONG_TYPE,
        /** It has a field that the table lacks. */
        UNKNOWN_FIELD
    }

    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final transient Place place;
    private final boolean fatal;

    public BadRecordException(Kind kind, Place place, String problem) {
        this(kind, place, problem, false);
    }

    private BadRecordException(Kind kind, Place place, String problem, boolean fatal) {
        super(place + ": " + problem);
        this.kind = kind;
        this.place = place;
        this.fatal = fatal;
    }

    /** A record after which the rest of its input cannot be told apart any more. */
    public static BadRecordException fatal(Place place, String problem) {
        return new BadRecordException(Kind.MALFORMED, place, problem, true);
    }

    public Kind kind() {
        return kind;
    }

    public Place place() {
        return place;
    }

    /** Whether reading cannot go on behind it. */
    public boolean fatal() {
        return fatal;
    }
}
