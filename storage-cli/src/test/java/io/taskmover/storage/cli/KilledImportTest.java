package io.taskmover.storage.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** An import whose process is killed in the middle. */
class KilledImportTest {
    private static final int BATCH = 25;
    private static final int ROWS = 40_000;

    @TempDir
    Path directory;

    @Test
    @Timeout(120)
    void committedBatchesAreWholeAndTheStoreIsClean() throws Exception {
        String url = "file:" + directory.resolve("store");
        killWhileImportingInto(url);

        assertThat(Shell.run("verify", url).success()).startsWith("clean: 1 tables");
        String count = Shell.run("query", url, "select count(this) from t", "--format", "csv")
                .success();
        int rows = Integer.parseInt(count.lines().skip(1).findFirst().orElseThrow());
        assertThat(rows).isPositive().isLessThan(ROWS);
        assertThat(rows % BATCH).isZero();
        String last = Shell.run("query", url, "select id from t order by id desc", "--limit", "1", "--format", "csv")
                .success();
        assertThat(last).isEqualTo("id\r\n" + rows + "\r\n");
    }

    @Test
    @Timeout(120)
    void nothingIsKeptOfAnImportThatIsOneTransaction() throws Exception {
        String url = "sqlite:" + directory.resolve("store");
        killWhileImportingInto(url);

        assertThat(Shell.run("verify", url).success()).startsWith("clean: 0 tables");
    }

    private void killWhileImportingInto(String url) throws Exception {
        Path file = directory.resolve("rows.jsonl");
        Files.write(file, (Iterable<String>) Stream.iterate(1, i -> i + 1)
                .limit(ROWS)
                .map(i -> "{\"id\": " + i + ", \"text\": \"" + "x".repeat(500) + "\"}")::iterator);
        Process process = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "import",
                        url,
                        "t",
                        file.toString(),
                        "--batch",
                        Integer.toString(BATCH))
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
        while (process.isAlive() && size(directory) - Files.size(file) < 200_000) {
            process.waitFor(2, TimeUnit.MILLISECONDS);
        }
        process.destroyForcibly().waitFor();
        assertThat(process.exitValue())
                .as(Files.readString(directory.resolve("log")))
                .isNotZero();
    }

    /** The bytes in a directory in which another process makes and removes files meanwhile. */
    private static long size(Path directory) throws IOException {
        long[] bytes = {0};
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                bytes[0] += attributes.size();
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException e) {
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, IOException e) {
                return FileVisitResult.CONTINUE;
            }
        });
        return bytes[0];
    }
}
