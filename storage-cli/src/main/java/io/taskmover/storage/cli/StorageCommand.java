package io.taskmover.storage.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/** The {@code storage} command itself: options of all commands, and help. */
@Command(
        name = "storage",
        description = "Look into stores, fill them, query them and copy them.",
        scope = ScopeType.INHERIT,
        mixinStandardHelpOptions = true,
        versionProvider = StorageCommand.Version.class,
        synopsisSubcommandLabel = "COMMAND",
        usageHelpWidth = 100,
        sortOptions = false,
        subcommands = {
            DemoCommand.class,
            InfoCommand.class,
            TablesCommand.class,
            TransactionsCommand.class,
            ImportCommand.class,
            ExportCommand.class,
            GetCommand.class,
            PutCommand.class,
            DeleteCommand.class,
            QueryCommand.class,
            HistoryCommand.class,
            DiffCommand.class,
            CopyCommand.class,
            VerifyCommand.class,
            MigrateCommand.class,
            BackupCommand.class,
            VerifyBackupCommand.class,
            RestoreCommand.class,
            CompletionCommand.class
        })
final class StorageCommand implements Runnable {
    private final Session session;
    private boolean quiet;
    private boolean debug;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    StorageCommand(Session session) {
        this.session = session;
    }

    @Option(
            names = {"-q", "--quiet"},
            scope = ScopeType.INHERIT,
            description = "No progress and no notes, only results and errors.")
    void quiet(boolean value) {
        quiet = value;
        session.options(quiet, debug);
    }

    @Option(names = "--debug", scope = ScopeType.INHERIT, description = "Show where an error comes from.")
    void debug(boolean value) {
        debug = value;
        session.options(quiet, debug);
    }

    @Option(
            names = "--accept-deletes",
            scope = ScopeType.INHERIT,
            description = "Take a vanished folder of a table, or more than half of its files gone, for deletions of the"
                    + " rows (file: only).")
    void acceptDeletes(boolean value) {
        session.acceptDeletes(value);
    }

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "name a command: " + String.join(", ", spec.subcommands().keySet()));
    }

    /** Reads the version from the jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = StorageCommand.class.getPackage().getImplementationVersion();
            return new String[] {
                "storage " + (version == null ? "(development build)" : version),
                "Java " + Runtime.version() + ", picocli " + CommandLine.VERSION
            };
        }
    }
}
