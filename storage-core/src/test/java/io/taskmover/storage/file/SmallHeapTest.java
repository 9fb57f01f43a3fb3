package io.taskmover.storage.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Stores that are larger than memory. */
@Timeout(180)
class SmallHeapTest {
    private static final int ROWS = 1_300;
    private static final int CHARACTERS = 256 << 10;

    @TempDir
    Path root;

    @Test
    void aStoreTenTimesTheHeapLoadsScansQueriesAndReopens() throws Exception {
        Process child = ChildJvm.startWithHeap("32m", SmallHeapChild.class, root, ROWS, CHARACTERS);
        try (BufferedReader reports = ChildJvm.reader(child)) {
            String line = reports.readLine();
            assertThat(line).startsWith("done ");
            assertThat((long) ROWS * CHARACTERS).isGreaterThan(10 * Long.parseLong(line.substring(5)));
        } finally {
            child.destroyForcibly().waitFor();
        }
    }
}
