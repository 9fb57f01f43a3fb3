package io.taskmover.storage.sql;

import java.io.File;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Starts a Java process that runs one of the tests' main methods. */
final class ChildJvm {
    private ChildJvm() {}

    static Process start(Class<?> main, Object... arguments) throws IOException {
        return run(command(main, arguments));
    }

    /** With files of at most so many blocks of 512 bytes, as the shell's {@code ulimit -f} has it. */
    static Process startWithLimit(String blocks, Class<?> main, Object... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("sh", "-c", "ulimit -f " + blocks + " && exec \"$@\"", "sh"));
        command.addAll(command(main, arguments));
        return run(command);
    }

    /** With a heap of at most so many MiB. */
    static Process startWithHeap(int mebibytes, Class<?> main, Object... arguments) throws IOException {
        List<String> command = command(main, arguments);
        command.add(1, "-Xmx" + mebibytes + "m");
        return run(command);
    }

    private static List<String> command(Class<?> main, Object... arguments) {
        // the tests may run on the module path: the child takes everything from the class path
        String classPath = System.getProperty("java.class.path");
        String modulePath = System.getProperty("jdk.module.path");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
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
