package io.taskmover.storage.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Backups of stores that are larger than memory. */
@Timeout(180)
class SmallHeapBackupTest {
    private static final int ROWS = 1_100;
    private static final int CHARACTERS = 1 << 16;

    @TempDir
    Path directory;

    @Test
    void aStoreLargerThanTheHeapIsBackedUpVerifiedAndRestored() throws Exception {
        Process child = ChildJvm.startWithHeap("32m", SmallHeapBackupChild.class, directory, ROWS, CHARACTERS);
        try (BufferedReader reports = ChildJvm.reader(child)) {
            String line = reports.readLine();
            assertThat(line).startsWith("done ");
            assertThat((long) ROWS * CHARACTERS).isGreaterThan(2 * Long.parseLong(line.substring(5)));
        } finally {
            child.destroyForcibly().waitFor();
        }
    }
}
