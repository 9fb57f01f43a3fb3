package io.taskmover.storage.cli;

import io.taskmover.storage.backend.Repair;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.Verification;
import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(name = "verify", description = "Check a whole store against itself; without --repair it mends nothing.")
final class VerifyCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private final StoreArgument store = new StoreArgument();

    @Option(
            names = "--repair",
            description = "Take out what is damaged, record by record, keep a copy of it in DIR/.quarantine, and say"
                    + " what was done. Works on a folder of files that cannot be opened any more, too.")
    private boolean repair;

    VerifyCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        if (repair) {
            return repair();
        }
        Verification found;
        try (StorageBackend backend = session.open(store.url())) {
            found = backend.verify();
        }
        for (String problem : found.problems()) {
            session.print("damaged: " + problem);
        }
        String checked = checked(found);
        if (!found.clean()) {
            throw new CommandException(
                    ExitCode.CORRUPT, found.problems().size() + " problems in " + checked + "; the list is above");
        }
        session.print("clean: " + checked);
        return ExitCode.OK.code();
    }

    private int repair() throws IOException {
        Repair result = session.repair(store.url());
        for (Repair.Action action : result.actions()) {
            session.print("damaged: " + action.place() + ": " + action.problem());
        }
        for (Repair.Action action : result.actions()) {
            session.print("repaired: " + action.place() + ": " + action.done()
                    + action.kept().map(file -> "; kept in " + file).orElse(""));
        }
        for (String problem : result.verification().problems()) {
            session.print("left: " + problem);
        }
        int left = result.verification().problems().size();
        if (!result.clean()) {
            throw new CommandException(
                    ExitCode.CORRUPT,
                    result.actions().size() + " repairs, " + left + (left == 1 ? " problem is" : " problems are")
                            + " left; the list is above");
        }
        session.print("clean: " + checked(result.verification())
                + (result.actions().isEmpty()
                        ? ", nothing to repair"
                        : ", after " + result.actions().size() + " repairs"));
        return ExitCode.OK.code();
    }

    private static String checked(Verification found) {
        return String.format(Locale.ROOT, "%,d tables, %,d rows", found.tables(), found.rows());
    }
}
