package io.taskmover.storage.file;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts a Java process that runs one of the tests' main methods. */
final class ChildJvm {
    private ChildJvm() {}

    static Process start(Class<?> main, Object... arguments) throws IOException {
        return run(command(main, arguments));
    }

    /** With permissions taken away from what it creates, as by the shell's {@code umask}. */
    static Process startWithUmask(String umask, Class<?> main, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "umask " + umask + " && exec \"$@\"", "sh"));
        command.addAll(command(main, arguments));
        return run(command);
    }

    /** With no more than this much heap, as {@code -Xmx} has it. */
    static Process startWithHeap(String heap, Class<?> main, Object... arguments) throws IOException {
        List<String> command = command(main, arguments);
        command.add(1, "-Xmx" + heap);
        return run(command);
    }

    static BufferedReader reader(Process child) {
        return new BufferedReader(new InputStreamReader(child.getInputStream(), StandardCharsets.UTF_8));
    }

    private static List<String> command(Class<?> main, Object... arguments) {
        // the tests may run on the module path: the child takes everything from the class path
        String classPath = System.getProperty("java.class.path");
        String modulePath = System.getProperty("jdk.module.path");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-Djava.util.logging.config.file=src/test/resources/logging.properties",
                "-cp",
                modulePath == null ? classPath : modulePath + File.pathSeparator + classPath,
                main.getName()));
        for (Object argument : arguments) {
            command.add(argument.toString());
        }
        return command;
    }

    private static Process run(List<String> command) throws IOException {
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }
}
