package io.taskmover.storage.cli;

import io.taskmover.storage.backend.StorageBackend;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "plan",
        description = {
            "Show what apply would do, and change nothing.",
            "",
            "Of each change: what it does, with a ! in front if it takes values away; how many rows it goes through; in a"
                    + " relational store the statements."
        })
final class MigratePlanCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private final MigrationArguments migrations = new MigrationArguments();

    @Option(names = "--out-of-order", description = "Also what is below a version that is applied.")
    private boolean outOfOrder;

    MigratePlanCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        try (StorageBackend backend = session.openToRead(migrations.url())) {
            session.print(migrations
                    .manager(backend)
                    .outOfOrder(outOfOrder)
                    .plan()
                    .toString()
                    .stripTrailing());
        }
        return ExitCode.OK.code();
    }
}
