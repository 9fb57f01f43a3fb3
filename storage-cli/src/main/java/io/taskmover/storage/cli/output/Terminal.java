package io.taskmover.storage.cli.output;

import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the command writes to: people before a terminal, or a file or program.
 *
 * @param out whether standard output is a terminal
 * @param err whether standard error is one
 * @param colours whether the terminal is to have colours
 * @param width columns of text
 */
public record Terminal(boolean out, boolean err, boolean colours, int width) {
    /** The width where none is known. */
    public static final int DEFAULT_WIDTH = 120;

    private static final int LEAST_WIDTH = 20;

    /** No terminal at all: plain text. */
    public static final Terminal NONE = new Terminal(false, false, false, DEFAULT_WIDTH);

    /**
     * The terminal of this process. {@code NO_COLOR} turns colours off (no-color.org), as {@code TERM=dumb} does;
     * {@code COLUMNS} says the width.
     */
    public static Terminal ofProcess(Map<String, String> environment) {
        boolean out = isTerminal(1);
        boolean err = isTerminal(2);
        boolean colours = out
                && environment.getOrDefault("NO_COLOR", "").isEmpty()
                && !"dumb".equals(environment.getOrDefault("TERM", "dumb"));
        return new Terminal(out, err, colours, width(environment, out || err));
    }

    private static boolean isTerminal(int descriptor) {
        Path link = Path.of("/proc/self/fd/" + descriptor);
        if (Files.isSymbolicLink(link)) {
            try {
                String target = Files.readSymbolicLink(link).toString();
                return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty") || target.equals("/dev/console");
            } catch (IOException e) {
                return false;
            }
        }
        return isTerminal(System.console());
    }

    /** From JDK 22 on there is a console even without a terminal, and it knows. */
    private static boolean isTerminal(@Nullable Console console) {
        if (console == null) {
            return false;
        }
        try {
            return (boolean) Console.class.getMethod("isTerminal").invoke(console);
        } catch (NoSuchMethodException e) {
            return true;
        } catch (ReflectiveOperationException e) {
            return false;
        }
    }

    private static int width(Map<String, String> environment, boolean terminal) {
        String columns = environment.getOrDefault("COLUMNS", terminal ? sttyColumns() : "");
        return columns.matches("\\d{1,5}") && Integer.parseInt(columns) >= LEAST_WIDTH
                ? Integer.parseInt(columns)
                : DEFAULT_WIDTH;
    }

    private static String sttyColumns() {
        Path tty = Path.of("/dev/tty");
        if (!Files.isReadable(tty)) {
            return "";
        }
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(tty.toFile())
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            String size = new String(stty.getInputStream().readAllBytes(), StandardCharsets.US_ASCII).trim();
            if (stty.waitFor(1, TimeUnit.SECONDS) && stty.exitValue() == 0) {
                return size.substring(size.indexOf(' ') + 1);
            }
            stty.destroy();
            return "";
        } catch (IOException e) {
            return "";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return "";
        }
    }
}
