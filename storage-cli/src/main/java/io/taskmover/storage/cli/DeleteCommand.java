package io.taskmover.storage.cli;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "delete", description = "Remove one row.")
final class DeleteCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private final RowArguments row = new RowArguments();

    DeleteCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        try (StorageBackend backend = session.open(row.url());
                BackendTransaction transaction = backend.begin(TransactionOptions.DEFAULT)) {
            TableSchema schema = Session.table(transaction, row.table());
            Object key = Rows.key(schema, row.id());
            if (!transaction.delete(schema.name(), key)) {
                throw Rows.missing(schema, key);
            }
            transaction.commit();
            session.note("deleted '" + key + "' from table '" + schema.name() + "'");
        }
        return ExitCode.OK.code();
    }
}
