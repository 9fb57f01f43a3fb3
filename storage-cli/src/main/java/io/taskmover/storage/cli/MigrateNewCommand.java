package io.taskmover.storage.cli;

import io.taskmover.storage.migration.MigrationDirectory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "new", description = "Make the file of a new migration, with the next version and no changes yet.")
final class MigrateNewCommand implements Callable<Integer> {
    private final Session session;

    @Parameters(
            index = "0",
            paramLabel = "DIR",
            description = "The directory of the migrations; made if there is none.")
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    @Parameters(index = "1", paramLabel = "DESCRIPTION", description = "What it does, in some words.")
    @SuppressWarnings("NullAway.Init")
    private String description;

    @Option(names = "--sql", description = "Of SQL, for one relational database, and not of changes for any store.")
    private boolean sql;

    MigrateNewCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        MigrationDirectory.Form form = sql ? MigrationDirectory.Form.SQL : MigrationDirectory.Form.JSON;
        session.print(MigrationDirectory.create(directory, description, form).toString());
        return ExitCode.OK.code();
    }
}
