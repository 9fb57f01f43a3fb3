package io.taskmover.storage.cli;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.history.RowHistory;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "restore-version",
        description = {
            "Make one row what it was in a version.",
            "",
            "That is a change like any other: it has a version of its own, and nothing is lost by it."
        })
final class RestoreVersionCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private final RowArguments row = new RowArguments();

    @Parameters(index = "3", paramLabel = "N", description = "The number of the version, as history lists it.")
    private long number;

    RestoreVersionCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        try (StorageBackend backend = session.open(row.url());
                BackendTransaction transaction = backend.begin(TransactionOptions.DEFAULT)) {
            TableSchema schema = Session.table(transaction, row.table());
            Object key = Rows.key(schema, row.id());
            new RowHistory(transaction, schema.name()).restore(key, number);
            transaction.commit();
            session.note("restored '" + key + "' in table '" + schema.name() + "' as it was in version " + number);
        }
        return ExitCode.OK.code();
    }
}
