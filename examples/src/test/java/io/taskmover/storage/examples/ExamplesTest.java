package io.taskmover.storage.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every example runs and prints what it should; the first steps on each backend. */
class ExamplesTest {
    @TempDir
    Path directory;

    private interface Program {
        void main(String[] args) throws Exception;
    }

    private static String output(Program program, String... args) throws Exception {
        PrintStream console = System.out;
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        System.setOut(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            program.main(args);
        } finally {
            System.setOut(console);
        }
        return bytes.toString(StandardCharsets.UTF_8).strip();
    }

    @Test
    void firstStepsInMemory() throws Exception {
        assertThat(output(FirstSteps::main, "memory:")).isEqualTo("true, 1 left");
    }

    @Test
    void firstStepsInFiles() throws Exception {
        assertThat(output(FirstSteps::main, "file:" + directory)).isEqualTo("true, 1 left");
        assertThat(directory.resolve("task").resolve("t2.json")).content().contains("\"title\": \"Call the bank\"");
    }

    @Test
    void firstStepsInSqlite() throws Exception {
        assertThat(output(FirstSteps::main, "sqlite:" + directory.resolve("tasks.db")))
                .isEqualTo("true, 1 left");
    }

    @Test
    void existingTableKeepsItsOtherColumns() throws Exception {
        assertThat(output(ExistingTable::main))
                .isEqualTo("[Book[id=1, title=EMMA, year=1815], Book[id=2, title=Ulysses, year=1922]]");
    }

    @Test
    void migrating() throws Exception {
        assertThat(output(Migrating::main, "sqlite:" + directory.resolve("users.db")))
                .contains("! transform rows of users", "rename column", "003  phones")
                .endsWith("[{id=u1, mail=Ann@Example.org}]");
        assertThat(output(Migrating::main)).endsWith("[{id=u1, mail=Ann@Example.org}]");
    }

    @Test
    void severalStores() throws Exception {
        assertThat(output(SeveralStores::main).lines())
                .containsExactly(
                        "without lost.pdf",
                        "[Document[id=0815, file=invoices/0815.pdf]], [Counter[id=invoices, count=1]], the file");
    }

    @Test
    void formerVersions() throws Exception {
        for (String url :
                new String[] {"memory:", "file:" + directory.resolve("f"), "sqlite:" + directory.resolve("s")}) {
            assertThat(output(FormerVersions::main, url).lines())
                    .containsExactly(
                            "1 INSERT ?: Optional[Article[id=a1, title=Lamp, price=30]]",
                            "2 UPDATE anna: Optional[Article[id=a1, title=Lamp, price=20]]",
                            "3 DELETE ?: Optional.empty",
                            "[Difference[path=price, before=30, after=20]]",
                            "[Article[id=a1, title=Lamp, price=30]]",
                            "Article[id=a1, title=Lamp, price=30]");
        }
    }

    @Test
    void backups() throws Exception {
        assertThat(output(Backups::main).lines()).containsExactly("1 row in 1 table", "[Note[id=n1, text=Buy milk]]");
    }

    @Test
    void comingFromJpa() throws Exception {
        assertThat(output(ComingFromJpa::main)).contains("version 1 is stale, stored is 2", "city=Rome");
    }
}
