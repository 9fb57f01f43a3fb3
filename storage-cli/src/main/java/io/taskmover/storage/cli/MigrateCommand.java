package io.taskmover.storage.cli;

import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "migrate",
        description = {
            "Bring a store's tables and data from version to version, by the migrations in a directory.",
            "",
            "Each is a file: V001__create_users.json with a list of changes for any store, or V002__views.sql with"
                    + " statements for a relational one."
        },
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            MigratePlanCommand.class,
            MigrateApplyCommand.class,
            MigrateRollbackCommand.class,
            MigrateStatusCommand.class,
            MigrateNewCommand.class
        })
final class MigrateCommand implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "name a command: " + String.join(", ", spec.subcommands().keySet()));
    }
}
