package io.taskmover.storage.file;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.nio.file.Path;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Stores that are larger than memory. */
@Timeout(180)
class SmallHeapTest {
    @TempDir
    Path root;

    @ParameterizedTest
    @CsvSource({"entity, 1300, 262144", "lines, 5200, 65536"})
    void aStoreTenTimesTheHeapLoadsScansQueriesCompactsAndReopens(String layout, int rows, int characters)
            throws Exception {
        Process child = ChildJvm.startWithHeap("32m", SmallHeapChild.class, root, layout, rows, characters);
        try (BufferedReader reports = ChildJvm.reader(child)) {
            String line = reports.readLine();
            assertThat(line).startsWith("done ");
            assertThat((long) rows * characters).isGreaterThan(10 * Long.parseLong(line.substring(5)));
        } finally {
            child.destroyForcibly().waitFor();
        }
    }
}
