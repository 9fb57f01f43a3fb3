package io.taskmover.storage.error;

import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A row breaks rules of its table. All violations of the row are in the one exception. */
public final class ConstraintException extends StorageException {
    private static final long serialVersionUID = 1L;

    private final String table;
    private final transient @Nullable Object id;
    private final transient List<Violation> violations;

    public ConstraintException(String table, @Nullable Object id, List<Violation> violations) {
        super("Row " + (id == null ? "without id" : "'" + id + "'") + " of table '" + table + "' is refused: "
                + violations.stream().map(Violation::toString).collect(Collectors.joining("; ")));
        this.table = table;
        this.id = id;
        this.violations = List.copyOf(violations);
    }

    public String table() {
        return table;
    }

    public @Nullable Object id() {
        return id;
    }

    /** At least one. */
    public List<Violation> violations() {
        return violations;
    }
}
