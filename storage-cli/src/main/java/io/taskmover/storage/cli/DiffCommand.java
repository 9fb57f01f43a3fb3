package io.taskmover.storage.cli;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.cli.output.OutputFormat;
import io.taskmover.storage.cli.output.RowWriter;
import io.taskmover.storage.history.Difference;
import io.taskmover.storage.history.RowHistory;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Json;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "diff", description = "List the values in which two versions of one row differ.")
final class DiffCommand implements Callable<Integer> {
    private static final RowType DIFFERENCE = RowType.of(List.of(
            Column.of("field", DataType.TEXT), Column.of("before", DataType.JSON), Column.of("after", DataType.JSON)));

    private final Session session;

    @Mixin
    private final RowArguments row = new RowArguments();

    @Parameters(index = "3", paramLabel = "A", description = "The number of a version, as history lists it.")
    private long from;

    @Parameters(index = "4", paramLabel = "B", description = "The number of another one.")
    private long to;

    @Mixin
    private final FormatOption format = new FormatOption();

    DiffCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        try (StorageBackend backend = session.openToRead(row.url());
                BackendTransaction reading = Session.reading(backend)) {
            TableSchema schema = Session.table(reading, row.table());
            Object key = Rows.key(schema, row.id());
            RowHistory history = new RowHistory(reading, schema.name());
            List<Difference> differences = Difference.between(
                    history.require(key, from).row(), history.require(key, to).row());
            RowWriter writer = format.or(OutputFormat.TABLE).writer(session.out(), DIFFERENCE, session.terminal());
            for (Difference difference : differences) {
                writer.write(
                        Row.of(DIFFERENCE, difference.path(), json(difference.before()), json(difference.after())));
            }
            writer.finish();
        }
        return ExitCode.OK.code();
    }

    /** A value of a column, or of a place in one, as it stands in JSON. */
    private static @Nullable Object json(@Nullable Object value) {
        boolean isJson = value instanceof Map<?, ?>
                || value instanceof Collection<?>
                || value instanceof Number
                || value instanceof Boolean;
        return value == null ? null : isJson ? Json.canonical(value) : value.toString();
    }
}
