package io.taskmover.storage.cli;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backup.CopyListener;
import io.taskmover.storage.backup.StoreCopy;
import io.taskmover.storage.backup.TableComparison;
import io.taskmover.storage.backup.TableHash;
import io.taskmover.storage.cli.load.CancelledException;
import io.taskmover.storage.cli.output.Progress;
import io.taskmover.storage.error.SchemaException;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "copy",
        description = {
            "Copy tables with their schemas into another store, of any kind.",
            "",
            "What is copied is one moment of the source. A table that the target has already must be empty."
        })
final class CopyCommand implements Callable<Integer> {
    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Parameters(index = "0", paramLabel = "SRC", description = "The URL of the store to read.")
    @SuppressWarnings("NullAway.Init")
    private String source;

    @Parameters(index = "1", paramLabel = "DST", description = "The URL of the store to fill; made if there is none.")
    @SuppressWarnings("NullAway.Init")
    private String target;

    @Option(names = "--table", paramLabel = "TABLE", description = "Only this table; may be given more than once.")
    private List<String> tables = List.of();

    @Option(
            names = "--verify",
            description = "Read the copy again and compare it with the source by SHA-256, table by table.")
    private boolean verify;

    CopyCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        if (source.equals(target)) {
            throw new ParameterException(spec.commandLine(), "source and target are the same store");
        }
        session.cancellable();
        try (StorageBackend from = session.openToRead(source)) {
            requireTables(from);
            try (StorageBackend to = session.openOrCreate(target);
                    Watch watch = new Watch(session)) {
                StoreCopy copy = StoreCopy.between(from, to).tables(tables).listener(watch);
                List<TableHash> copied = run(copy);
                watch.end();
                for (PreparedTransaction transaction : from.inDoubt()) {
                    session.print(
                            "without transaction " + transaction.globalId()
                                    + " over several stores, which is in doubt; 'storage transactions' with the source shows it");
                }
                return verify ? compare(copy, watch) : report(copied);
            }
        }
    }

    private void requireTables(StorageBackend from) {
        try (BackendTransaction reading = Session.reading(from)) {
            tables.forEach(table -> Session.table(reading, table));
        }
    }

    private static List<TableHash> run(StoreCopy copy) {
        try {
            return copy.run();
        } catch (SchemaException e) {
            throw new CommandException(ExitCode.CONFLICT, String.valueOf(e.getMessage()), e);
        }
    }

    private int report(List<TableHash> copied) throws IOException {
        for (TableHash table : copied) {
            session.note(String.format(Locale.ROOT, "copied %s: %,d rows", table.table(), table.rows()));
        }
        return ExitCode.OK.code();
    }

    private int compare(StoreCopy copy, Watch watch) throws IOException {
        List<TableComparison> comparisons = copy.verify();
        watch.end();
        boolean same = true;
        for (TableComparison table : comparisons) {
            same &= table.same();
            session.print(String.format(
                    Locale.ROOT,
                    "%s  %s: %,d rows",
                    table.same() ? "same     " : "DIFFERENT",
                    table.source().table(),
                    table.source().rows()));
            session.print("  source  " + table.source().sha256());
            session.print("  target  " + table.target().sha256()
                    + (table.same()
                            ? ""
                            : String.format(
                                    Locale.ROOT, "  %,d rows", table.target().rows())));
        }
        if (!same) {
            throw new CommandException(ExitCode.DIFFERENT, "the copy is not what the source held");
        }
        return ExitCode.OK.code();
    }

    /** Shows how the copy goes on, and stops it when it is cancelled. */
    private static final class Watch implements CopyListener, AutoCloseable {
        private final Session session;
        private final Progress progress;
        private Progress.@Nullable Task task;

        Watch(Session session) {
            this.session = session;
            this.progress = session.progress();
        }

        @Override
        public void copying(String table, long rows) {
            end();
            task = progress.start("Copying " + table, "rows", rows);
        }

        @Override
        public void comparing(String table, long rows) {
            end();
            task = progress.start("Comparing " + table, "rows", rows);
        }

        @Override
        public void done(String table, long rows) {
            Progress.Task running = task;
            if (running != null) {
                running.update(rows, rows);
            }
            if (session.cancelled()) {
                throw new CancelledException();
            }
        }

        @Override
        public void close() {
            end();
        }

        private void end() {
            Progress.Task running = task;
            if (running != null) {
                running.close();
                task = null;
            }
        }
    }
}
