package io.taskmover.storage.cli;

import java.io.IOException;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Parameters;

@Command(
        name = "completion",
        description = {
            "Print a completion script for a shell.",
            "",
            "bash, zsh:  source <(storage completion bash)",
            "fish:       storage completion fish | source"
        })
final class CompletionCommand implements Callable<Integer> {
    /** The shells that there are scripts for. */
    enum Shell {
        BASH,
        ZSH,
        FISH;

        @Override
        public String toString() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    private final Session session;

    @Parameters(index = "0", paramLabel = "SHELL", description = "One of ${COMPLETION-CANDIDATES}.")
    @SuppressWarnings("NullAway.Init")
    private Shell shell;

    CompletionCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        CommandLine storage = Main.commandLine(session);
        // the script for bash knows zsh, too
        session.print(
                shell == Shell.FISH
                        ? fish(storage)
                        : AutoComplete.bash("storage", storage).stripTrailing());
        return ExitCode.OK.code();
    }

    private static String fish(CommandLine storage) {
        StringBuilder script = new StringBuilder("# completion of storage for fish\n");
        storage.getSubcommands().forEach((name, command) -> {
            script.append("complete -c storage -n __fish_use_subcommand -f -a ")
                    .append(name)
                    .append(" -d ")
                    .append(quoted(command.getCommandSpec().usageMessage().description()[0]))
                    .append('\n');
            for (OptionSpec option : command.getCommandSpec().options()) {
                script.append("complete -c storage -n '__fish_seen_subcommand_from ")
                        .append(name)
                        .append("'");
                for (String spelling : option.names()) {
                    script.append(spelling.startsWith("--") ? " -l " : " -s ").append(spelling.replaceFirst("^-+", ""));
                }
                script.append(option.arity().max() > 0 ? " -r" : "")
                        .append(" -d ")
                        .append(quoted(String.join(" ", option.description())))
                        .append('\n');
            }
        });
        return script.toString().stripTrailing();
    }

    private static String quoted(String text) {
        return "'" + text.replaceAll("\\$\\{[^}]*}", "").replace("\\", "\\\\").replace("'", "\\'") + "'";
    }
}
