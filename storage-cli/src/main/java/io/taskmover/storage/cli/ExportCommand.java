package io.taskmover.storage.cli;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.cli.input.Format;
import io.taskmover.storage.cli.output.OutputFile;
import io.taskmover.storage.cli.output.OutputFormat;
import io.taskmover.storage.cli.output.Progress;
import io.taskmover.storage.cli.output.RowWriter;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "export",
        description = {
            "Write a table's rows in id order.",
            "",
            "A file appears under its name only when it is complete; one that is there is replaced."
        })
final class ExportCommand implements Callable<Integer> {
    private static final String STDOUT = "-";

    private final Session session;

    @Mixin
    private final StoreArgument store = new StoreArgument();

    @Parameters(index = "1", paramLabel = "TABLE", description = "The table to write.")
    @SuppressWarnings("NullAway.Init")
    private String table;

    @Parameters(
            index = "2",
            arity = "0..1",
            paramLabel = "FILE",
            defaultValue = STDOUT,
            description = "Where to: .jsonl, .json or .csv, each also .gz; standard output if there is none.")
    @SuppressWarnings("NullAway.Init")
    private String file;

    @Mixin
    private final FormatOption format = new FormatOption();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    ExportCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        OutputFormat chosen = format.isGiven() ? format.or(OutputFormat.JSONL) : formatOf(file);
        try (StorageBackend backend = session.openToRead(store.url());
                BackendTransaction reading = Session.reading(backend)) {
            TableSchema schema = Session.table(reading, table);
            if (file.equals(STDOUT)) {
                write(reading, schema, chosen, session.out());
                return ExitCode.OK.code();
            }
            long rows;
            try (OutputFile target = OutputFile.create(Path.of(file), Format.isCompressed(file))) {
                rows = write(reading, schema, chosen, target.stream());
                target.commit();
            }
            session.note(String.format(Locale.ROOT, "exported %,d rows of table '%s' to %s", rows, table, file));
        }
        return ExitCode.OK.code();
    }

    private long write(BackendTransaction reading, TableSchema schema, OutputFormat chosen, OutputStream out)
            throws IOException {
        RowWriter writer = chosen.writer(out, schema.rowType(), session.terminal());
        long rows = 0;
        try (RowCursor cursor = reading.select(Rows.inIdOrder(Select.from(table), schema));
                Progress.Task task = session.progress().start("Exporting", "rows", reading.count(Select.from(table)))) {
            for (Row row = cursor.next(); row != null; row = cursor.next()) {
                writer.write(row);
                rows++;
                if ((rows & 0xFF) == 0) {
                    task.update(rows, rows);
                }
            }
            task.update(rows, rows);
        }
        writer.finish();
        return rows;
    }

    private OutputFormat formatOf(String file) {
        // what is no regular file, such as /dev/stdout or a pipe, has no name that could tell
        if (file.equals(STDOUT) || isDevice(Path.of(file))) {
            return OutputFormat.JSONL;
        }
        return Format.of(file)
                .map(known -> OutputFormat.valueOf(known.name()))
                .orElseThrow(() -> new ParameterException(spec.commandLine(), Format.unclear(file)));
    }

    private static boolean isDevice(Path file) {
        return Files.exists(file) && !Files.isRegularFile(file) && !Files.isDirectory(file);
    }
}
