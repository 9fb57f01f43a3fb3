package io.taskmover.storage.cli;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.cli.output.OutputFormat;
import io.taskmover.storage.cli.output.RowWriter;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "tables", description = "List a store's tables with their rows and columns.")
final class TablesCommand implements Callable<Integer> {
    private static final RowType TYPE = RowType.of(List.of(
            Column.of("table", DataType.TEXT),
            Column.of("rows", DataType.INTEGER),
            Column.of("columns", DataType.INTEGER),
            Column.of("id", DataType.TEXT)));

    private final Session session;

    @Mixin
    private final StoreArgument store = new StoreArgument();

    @Mixin
    private final FormatOption format = new FormatOption();

    TablesCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        try (StorageBackend backend = session.openToRead(store.url());
                BackendTransaction reading = Session.reading(backend)) {
            RowWriter writer = format.or(OutputFormat.TABLE).writer(session.out(), TYPE, session.terminal());
            for (String table : reading.catalog().tables()) {
                TableSchema schema = Session.table(reading, table);
                writer.write(Row.of(
                        TYPE,
                        table,
                        reading.count(Select.from(table)),
                        (long) schema.columns().size(),
                        String.join(", ", schema.primaryKey())));
            }
            writer.finish();
        }
        return ExitCode.OK.code();
    }
}
