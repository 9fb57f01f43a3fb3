package io.taskmover.storage.cli;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.cli.output.OutputFormat;
import io.taskmover.storage.cli.output.RowWriter;
import io.taskmover.storage.cli.output.SingleRow;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "get", description = "Print one row, as indented JSON unless --format says otherwise.")
final class GetCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private final RowArguments row = new RowArguments();

    @Mixin
    private final FormatOption format = new FormatOption();

    GetCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        try (StorageBackend backend = session.openToRead(row.url());
                BackendTransaction reading = Session.reading(backend)) {
            TableSchema schema = Session.table(reading, row.table());
            Row found = Rows.get(reading, schema, Rows.key(schema, row.id()));
            RowWriter writer = format.isGiven()
                    ? format.or(OutputFormat.JSON).writer(session.out(), found.type(), session.terminal())
                    : new SingleRow(session.out());
            writer.write(found);
            writer.finish();
        }
        return ExitCode.OK.code();
    }
}
