package io.taskmover.storage.cli;

import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.cli.output.OutputFormat;
import io.taskmover.storage.cli.output.RowWriter;
import io.taskmover.storage.migration.MigrationManager;
import io.taskmover.storage.migration.MigrationStatus;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "status", description = "List the migrations and how each of them stands.")
final class MigrateStatusCommand implements Callable<Integer> {
    private static final RowType TYPE = RowType.of(List.of(
            Column.of("version", DataType.TEXT),
            Column.of("description", DataType.TEXT),
            Column.of("state", DataType.TEXT),
            Column.of("since", DataType.TIMESTAMP),
            Column.of("ms", DataType.INTEGER),
            Column.of("by", DataType.TEXT),
            Column.of("error", DataType.TEXT)));

    private final Session session;

    @Mixin
    private final MigrationArguments migrations = new MigrationArguments();

    @Mixin
    private final FormatOption format = new FormatOption();

    @Option(
            names = "--check",
            description =
                    "Also compare the tables with what the migrations have made of them, and fail if they differ.")
    private boolean check;

    MigrateStatusCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        try (StorageBackend backend = session.openToRead(migrations.url())) {
            MigrationManager manager = migrations.manager(backend);
            RowWriter writer = format.or(OutputFormat.TABLE).writer(session.out(), TYPE, session.terminal());
            for (MigrationStatus status : manager.status()) {
                writer.write(Row.of(
                        TYPE,
                        status.version().toString(),
                        status.description(),
                        status.state().name().toLowerCase(Locale.ROOT),
                        status.startedAt(),
                        status.duration() == null ? null : status.duration().toMillis(),
                        status.by(),
                        status.error()));
            }
            writer.finish();
            if (check) {
                requireNoDrift(manager);
            }
        }
        return ExitCode.OK.code();
    }

    private void requireNoDrift(MigrationManager manager) throws IOException {
        List<String> differences = manager.drift();
        for (String difference : differences) {
            session.print("differs: " + difference);
        }
        if (!differences.isEmpty()) {
            throw new CommandException(
                    ExitCode.DIFFERENT,
                    "the tables are not what the migrations have made of them; the differences are above");
        }
    }
}
