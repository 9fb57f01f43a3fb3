package io.taskmover.storage.cli;

import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.Verification;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(name = "verify", description = "Check a whole store against itself; changes nothing.")
final class VerifyCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private final StoreArgument store = new StoreArgument();

    VerifyCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        Verification found;
        try (StorageBackend backend = session.open(store.url())) {
            found = backend.verify();
        }
        for (String problem : found.problems()) {
            session.print("damaged: " + problem);
        }
        String checked = String.format(Locale.ROOT, "%,d tables, %,d rows", found.tables(), found.rows());
        if (!found.clean()) {
            throw new CommandException(
                    ExitCode.CORRUPT, found.problems().size() + " problems in " + checked + "; the list is above");
        }
        session.print("clean: " + checked);
        return ExitCode.OK.code();
    }
}
