package io.taskmover.storage.file;

import static io.taskmover.storage.file.StoreFixture.open;
import static io.taskmover.storage.file.StoreFixture.rows;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Processes that read a store while another one writes it, and that are killed. */
@Timeout(120)
class ReaderProcessTest {
    private static final int READERS = 3;

    @TempDir
    Path root;

    private final List<Child> children = new ArrayList<>();

    /** A process and what it reports. */
    private record Child(Process process, BufferedReader reports) {
        /** The next line that begins with a word; the child says nothing that is wrong before. */
        String next(String word) throws IOException {
            while (true) {
                String line = Objects.requireNonNull(reports.readLine(), "the child ended by itself");
                assertThat(line).doesNotStartWith("wrong");
                if (line.startsWith(word)) {
                    return line;
                }
            }
        }

        long number(String word) throws IOException {
            return Long.parseLong(next(word).substring(word.length() + 1));
        }

        /** By its handle, which closes no reports; so also what it said last is looked at. */
        void kill() throws IOException, InterruptedException {
            process.toHandle().destroyForcibly();
            process.waitFor();
            for (String line = reports.readLine(); line != null; line = reports.readLine()) {
                assertThat(line).doesNotStartWith("wrong");
            }
        }
    }

    @AfterEach
    void end() throws InterruptedException {
        for (Child child : children) {
            child.process().destroyForcibly().waitFor();
        }
    }

    @Test
    void readersSeeWholeTransactionsOnlyWhileAnotherProcessWritesAndIsKilled() throws Exception {
        try (FileSystemBackend store = open(root)) {
            TransferChild.fill(store);
        }
        Child writer = start("write", Long.toString(Materialiser.MAX_BACKLOG_BYTES));
        List<Child> readers = new ArrayList<>();
        for (int i = 0; i < READERS; i++) {
            readers.add(start("read"));
        }
        long written = writer.number("written");
        for (Child reader : readers) {
            long first = reader.number("read");
            // it gets on: what was committed meanwhile is seen
            while (reader.number("read") <= Math.max(first, written / 2)) {}
        }
        readers.get(0).kill();
        assertThat(writer.number("written")).isGreaterThan(written);
        writer.kill();
        long left = readers.get(1).number("read");
        try (FileSystemBackend next = open(root)) {
            assertThat(rows(next, "notes")).hasSize(TransferChild.ACCOUNTS + 1);
            readers.get(2).number("read");
            assertThat((Long) next.find("notes", TransferChild.CLOCK)
                            .orElseThrow()
                            .get("n"))
                    .isGreaterThanOrEqualTo(left);
        }
        for (Child reader : readers.subList(1, READERS)) {
            reader.next("read");
            reader.kill();
        }
        try (FileSystemBackend last = open(root)) {
            last.drain();
            assertThat(last.verify().problems()).isEmpty();
            assertThat(new StorePaths(root).readers()).isEmptyDirectory(); // a killed reader left something there
        }
    }

    @Test
    void readersOfAStoreWithTooMuchToWriteAreToldToTryAgainAndSeeNothingWrong() throws Exception {
        try (FileSystemBackend store = open(root)) {
            TransferChild.fill(store);
        }
        Child writer = start("write", "8192");
        Child reader = start("read");
        for (int i = 0; i < 10; i++) {
            writer.number("written");
        }
        for (int i = 0; i < 3; i++) {
            reader.number("read");
        }
        reader.kill();
        writer.number("written");
        writer.kill();
    }

    private Child start(String... arguments) throws IOException {
        List<Object> all = new ArrayList<>(List.of(root));
        all.addAll(List.of(arguments));
        Process process = ChildJvm.start(TransferChild.class, all.toArray());
        Child child = new Child(process, ChildJvm.reader(process));
        children.add(child);
        return child;
    }
}
