package io.taskmover.storage.cli;

import io.taskmover.storage.cli.output.Terminal;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** Where {@code storage} starts. */
public final class Main {
    /** How long Ctrl-C waits for a command to take back what it has begun. */
    private static final int CANCEL_SECONDS = 60;

    private Main() {}

    /** Runs the command and ends the process with its exit code. */
    public static void main(String[] args) {
        OutputStream out = new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), 1 << 16);
        PrintStream err = new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8);
        Session session = new Session(System.in, out, err, Terminal.ofProcess(System.getenv()));
        CountDownLatch ended = new CountDownLatch(1);
        Runtime.getRuntime().addShutdownHook(new Thread(() -> cancel(session, ended), "storage-cancel"));
        int code;
        try {
            code = run(args, session);
        } finally {
            ended.countDown();
        }
        System.exit(code);
    }

    private static void cancel(Session session, CountDownLatch ended) {
        if (!session.isCancellable() || ended.getCount() == 0) {
            return;
        }
        session.cancel();
        try {
            if (!ended.await(CANCEL_SECONDS, TimeUnit.SECONDS)) {
                session.err().println("storage: gave up waiting for a clean end");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * Runs the command with these streams and no terminal.
     *
     * @return the exit code
     */
    public static int run(String[] args, InputStream in, OutputStream out, PrintStream err) {
        return run(args, new Session(in, out, err, Terminal.NONE));
    }

    static int run(String[] args, Session session) {
        PrintWriter out = new PrintWriter(session.out(), true, StandardCharsets.UTF_8);
        PrintWriter err = new PrintWriter(session.err(), true, StandardCharsets.UTF_8);
        CommandLine line = commandLine(session)
                .setOut(out)
                .setErr(err)
                .setCaseInsensitiveEnumValuesAllowed(true)
                .setUsageHelpAutoWidth(false)
                .setUsageHelpWidth(Math.max(60, Math.min(120, session.terminal().width())))
                .setColorScheme(
                        CommandLine.Help.defaultColorScheme(session.terminal().colours() ? Ansi.ON : Ansi.OFF))
                .setParameterExceptionHandler((e, args2) -> {
                    err.println("storage: " + wrongArguments(e));
                    err.println("Try '" + e.getCommandLine().getCommandSpec().qualifiedName() + " --help'");
                    return ExitCode.USAGE.code();
                })
                .setExecutionExceptionHandler((e, command, result) -> report(e, session));
        try {
            int code = line.execute(args);
            out.flush();
            return code;
        } catch (StackOverflowError | OutOfMemoryError e) {
            return report(e, session);
        }
    }

    /** What is wrong, where picocli's own words would speak of indexes. */
    private static String wrongArguments(ParameterException e) {
        Set<String> commands = e.getCommandLine().getSubcommands().keySet();
        if (e instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
            String first = unmatched.getUnmatched().get(0);
            return commands.isEmpty()
                    ? "too many arguments: '" + String.join("', '", unmatched.getUnmatched()) + "'"
                    : "there is no command '" + first + "'" + Suggestion.of(first, commands, "commands");
        }
        return String.valueOf(e.getMessage());
    }

    /** All commands, for running and for completion scripts. */
    static CommandLine commandLine(Session session) {
        CommandLine line = new CommandLine(new StorageCommand(session), new CommandFactory(session));
        Map<String, String> codes = new LinkedHashMap<>();
        for (ExitCode code : ExitCode.values()) {
            codes.put(String.format("%3d", code.code()), code.meaning());
        }
        line.getCommandSpec()
                .usageMessage()
                .exitCodeListHeading("Exit codes:%n")
                .exitCodeList(codes);
        return line;
    }

    private static int report(Throwable e, Session session) {
        Failure failure = Failure.of(e);
        if (failure.code() != ExitCode.BROKEN_PIPE) {
            session.err().println("storage: " + failure.message());
        }
        if (session.debug()) {
            e.printStackTrace(session.err());
        }
        return failure.code().code();
    }
}
