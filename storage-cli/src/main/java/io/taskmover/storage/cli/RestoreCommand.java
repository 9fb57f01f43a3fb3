package io.taskmover.storage.cli;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backup.BackupManifest;
import io.taskmover.storage.backup.StoreBackup;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.history.RowHistory;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "restore",
        description = {
            "Bring a backup back into a store of any kind, or a row to what it was in a version.",
            "",
            "Of a backup: whatever happens meanwhile, the store holds all that it held before, or all of the backup. Nobody"
                    + " else may use it.",
            "Of a row: that is a change like any other; it has a version of its own, and nothing is lost by it."
        })
final class RestoreCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private final StoreArgument store = new StoreArgument();

    @Parameters(
            index = "1..*",
            arity = "1..3",
            paramLabel = "FILE | TABLE ID N",
            description =
                    "The backup; or the row's table, its id (of more than one column: A,B or a JSON array), and the"
                            + " number of the version, as history lists it.")
    private List<String> what = List.of();

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Option(
            names = "--replace",
            description = "Also into a store that has rows: all that it holds is gone then, tables that are not in the"
                    + " backup too.")
    private boolean replace;

    RestoreCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        switch (what.size()) {
            case 1 -> restore(Path.of(what.get(0)));
            case 3 -> restore(what.get(0), what.get(1), version(what.get(2)));
            default ->
                throw new ParameterException(
                        spec.commandLine(), "name a backup, or a table, an id and the number of a version");
        }
        return ExitCode.OK.code();
    }

    private long version(String number) {
        if (replace) {
            throw new ParameterException(spec.commandLine(), "--replace is for backups");
        }
        try {
            return Long.parseLong(number);
        } catch (NumberFormatException e) {
            throw new ParameterException(
                    spec.commandLine(), "the number of a version is a whole number, not '" + number + "'", e);
        }
    }

    private void restore(Path file) throws IOException {
        session.cancellable();
        try (BackupProgress progress = new BackupProgress(session)) {
            StoreBackup backup = StoreBackup.at(file).listener(progress);
            // before a store is made for it
            BackupManifest verified = backup.verify();
            try (StorageBackend target = session.openOrCreate(store.url())) {
                restore(backup, target);
            }
            progress.end();
            session.note("restored " + BackupProgress.summary(verified));
        }
    }

    private void restore(StoreBackup backup, StorageBackend target) {
        if (replace) {
            backup.replace(target);
            return;
        }
        try {
            backup.restore(target);
        } catch (SchemaException e) {
            throw new CommandException(ExitCode.CONFLICT, e.getMessage() + " (--replace)", e);
        }
    }

    private void restore(String table, String id, long number) throws IOException {
        try (StorageBackend backend = session.open(store.url());
                BackendTransaction transaction = backend.begin(TransactionOptions.DEFAULT)) {
            TableSchema schema = Session.table(transaction, table);
            Object key = Rows.key(schema, id);
            new RowHistory(transaction, schema.name()).restore(key, number);
            transaction.commit();
            session.note("restored '" + key + "' in table '" + schema.name() + "' as it was in version " + number);
        }
    }
}
