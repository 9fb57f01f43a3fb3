package io.taskmover.storage.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/** Runs the command in this process and keeps what it says. */
record Shell(int code, String out, String err) {

    static Shell run(String... arguments) {
        return withInput("", arguments);
    }

    static Shell withInput(String input, String... arguments) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        int code = Main.run(
                arguments,
                new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
                out,
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new Shell(code, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
    }

    /** What it wrote, if all went well. */
    String success() {
        if (code != 0) {
            throw new AssertionError("exit code " + code + ": " + err);
        }
        return out;
    }

    /** Its one line of error, if it failed with this code. */
    String failure(ExitCode expected) {
        if (code != expected.code() || err.lines().count() != 1 || !err.startsWith("storage: ")) {
            throw new AssertionError("not one line and exit code " + expected + " but " + code + ": " + err);
        }
        return err.substring("storage: ".length()).stripTrailing();
    }
}
