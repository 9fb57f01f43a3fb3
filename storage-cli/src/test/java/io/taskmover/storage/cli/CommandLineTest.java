package io.taskmover.storage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.cli.output.Terminal;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandLineTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "demo",
                "info",
                "tables",
                "import",
                "export",
                "get",
                "put",
                "delete",
                "query",
                "copy",
                "verify",
                "migrate",
                "backup",
                "verify-backup",
                "restore",
                "completion"
            })
    void everyCommandHasHelp(String command) {
        assertThat(Shell.run(command, "--help").success()).startsWith("Usage: storage " + command);
    }

    @Test
    void anUnknownCommandIsNamedWithTheOneThatWasMeant() {
        Shell result = Shell.run("querry");
        assertThat(result.code()).isEqualTo(ExitCode.USAGE.code());
        assertThat(result.err()).startsWith("storage: there is no command 'querry'; did you mean 'query'?");
    }

    @Test
    void tooManyArgumentsAreSaidToBeTooMany() {
        assertThat(Shell.run("tables", "memory:", "a", "b").err()).startsWith("storage: too many arguments: 'a', 'b'");
    }

    @Test
    void helpListsEveryExitCode() {
        assertThat(Shell.run("--help").success())
                .contains(
                        Arrays.stream(ExitCode.values()).map(ExitCode::meaning).toList());
    }

    @Test
    void theManualListsEveryExitCode() throws IOException {
        String manual = Files.readString(Path.of("../docs/cli.md"));
        for (ExitCode code : ExitCode.values()) {
            assertThat(manual.replace("`", "")).contains("| " + code.code() + " | " + code.meaning() + " |");
        }
    }

    @Test
    void exitCodesAreDistinct() {
        assertThat(Arrays.stream(ExitCode.values()).map(ExitCode::code)).doesNotHaveDuplicates();
    }

    @Test
    void versionTellsItself() {
        assertThat(Shell.run("--version").success()).startsWith("storage ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "nope", "import", "query file:x", "import memory: t a.txt", "export memory: t --format x"})
    void wrongArgumentsPointToTheHelp(String line) {
        Shell shell = Shell.run(line.isEmpty() ? new String[0] : line.split(" "));

        assertThat(shell.code()).isEqualTo(ExitCode.USAGE.code());
        assertThat(shell.err()).startsWith("storage: ").contains("--help'");
    }

    @Test
    void unknownSchemesAndOptionsAreBadUrls() {
        assertThat(Shell.run("tables", "floppy:a").failure(ExitCode.BAD_URL)).contains("floppy", "memory");
        assertThat(Shell.run("tables", "nothing").failure(ExitCode.BAD_URL)).contains("'nothing'");
        assertThat(Shell.run("tables", "memory:?tiemout=5s").failure(ExitCode.BAD_URL))
                .contains("timeout");
    }

    @Test
    void debugShowsWhereAnErrorComesFrom() {
        assertThat(Shell.run("tables", "floppy:a", "--debug").err()).contains("\tat io.taskmover");
        assertThat(Shell.run("--debug", "tables", "floppy:a").err()).contains("\tat io.taskmover");
    }

    @Test
    void completionKnowsEveryShell() {
        assertThat(Shell.run("completion", "bash").success()).contains("complete -F", "--skip-bad");
        assertThat(Shell.run("completion", "zsh").success()).contains("bashcompinit");
        assertThat(Shell.run("completion", "fish").success()).contains("complete -c storage", "-l skip-bad");
    }

    @Test
    void fullDisksAndReadersThatWentAwayAreTold() {
        assertThat(writingTo("No space left on device")).isEqualTo(ExitCode.DISK_FULL);
        assertThat(writingTo("Broken pipe")).isEqualTo(ExitCode.BROKEN_PIPE);
        assertThat(writingTo("Permission denied")).isEqualTo(ExitCode.NO_PERMISSION);
        assertThat(writingTo("Input/output error")).isEqualTo(ExitCode.IO);
    }

    private static ExitCode writingTo(String problem) {
        assertThat(writingTo(problem, "json")).isEqualTo(writingTo(problem, "csv"));
        return writingTo(problem, "table");
    }

    private static ExitCode writingTo(String problem, String format) {
        OutputStream full = new OutputStream() {
            @Override
            public void write(int b) throws IOException {
                throw new IOException(problem);
            }
        };
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Session session = new Session(
                InputStream.nullInputStream(), full, new PrintStream(err, true, StandardCharsets.UTF_8), Terminal.NONE);
        int code = Main.run(new String[] {"tables", "memory:", "--format", format}, session);
        if (code != ExitCode.BROKEN_PIPE.code()) {
            assertThat(err.toString(StandardCharsets.UTF_8).lines()).hasSize(1);
        }
        return Arrays.stream(ExitCode.values())
                .filter(value -> value.code() == code)
                .findFirst()
                .orElseThrow();
    }

    @Test
    void theDemoShowsEveryStepAndLeavesOneDirectory(@TempDir Path directory) throws IOException {
        String work = directory.resolve("demo").toString();

        String told = Shell.run("demo", "--dir", work).success();

        assertThat(told)
                .contains(
                        "$ storage import file:", "$ storage query", "$ storage copy", "same       cities: 2,115 rows")
                .contains("To go on, try:", "Longyearbyen");
        Shell.run("demo", "--dir", work, "--quiet").success();
        assertThat(directory.toFile().list()).containsExactly("demo");

        Files.createDirectory(directory.resolve("mine"));
        Shell.run("demo", "--dir", directory.resolve("mine").toString()).failure(ExitCode.CONFLICT);
        assertThat(directory.resolve("mine")).isEmptyDirectory();
    }
}
