package io.taskmover.storage.cli;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.cli.output.OutputFormat;
import io.taskmover.storage.cli.output.RowWriter;
import io.taskmover.storage.history.RowHistory;
import io.taskmover.storage.history.RowVersion;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Json;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowJson;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "history",
        description = {
            "List the versions of one row that are kept, from the oldest to the newest.",
            "",
            "Of a version that removed the row there are no values."
        })
final class HistoryCommand implements Callable<Integer> {
    private static final RowType VERSION = RowType.of(List.of(
            Column.of("version", DataType.INTEGER),
            Column.of("at", DataType.TIMESTAMP),
            Column.of("kind", DataType.TEXT),
            Column.of("who", DataType.TEXT),
            Column.of("why", DataType.TEXT),
            Column.of("row", DataType.JSON)));

    private final Session session;

    @Mixin
    private final RowArguments row = new RowArguments();

    @Mixin
    private final FormatOption format = new FormatOption();

    HistoryCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        try (StorageBackend backend = session.openToRead(row.url());
                BackendTransaction reading = Session.reading(backend)) {
            TableSchema schema = Session.table(reading, row.table());
            Object key = Rows.key(schema, row.id());
            List<RowVersion> versions = new RowHistory(reading, schema.name()).versions(key);
            if (versions.isEmpty() && reading.find(schema.name(), key).isEmpty()) {
                throw Rows.missing(schema, key);
            }
            RowJson json = RowJson.of(schema.rowType());
            RowWriter writer = format.or(OutputFormat.TABLE).writer(session.out(), VERSION, session.terminal());
            for (RowVersion version : versions) {
                writer.write(Row.of(
                        VERSION,
                        version.number(),
                        version.at(),
                        version.kind().name().toLowerCase(Locale.ROOT),
                        version.who(),
                        version.why(),
                        version.row() == null ? null : Json.parse(json.line(version.row()))));
            }
            writer.finish();
        }
        return ExitCode.OK.code();
    }
}
