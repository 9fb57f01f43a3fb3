package io.taskmover.storage.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.file.FileStores;
import io.taskmover.storage.file.FileSystemBackend;
import io.taskmover.storage.testkit.MigrationScenario;
import io.taskmover.storage.testkit.disk.DiskImage;
import io.taskmover.storage.testkit.disk.ModelDisk;
import io.taskmover.storage.testkit.disk.PowerCuts;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The power goes at every operation that migrations, forth and back, do on their disk. Whatever is there then, the next one to apply
 * them completes, and takes back.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class MigrationPowerCutTest {
    private static final int OUTCOMES = Effort.of(4, 32);
    /** In every build the power goes at some operations only. */
    private static final int EVERY = Effort.of(97, 1);

    private static final MigrationScenario SCENARIO = new MigrationScenario(7, 3, Duration.ofMillis(10));

    @ParameterizedTest
    @ValueSource(strings = {"entity", "lines"})
    void whatAPowerCutLeavesIsCompletedByTheNext(String layout) {
        ModelDisk disk = ModelDisk.of(prepared(layout));
        try (FileSystemBackend store = FileStores.open(disk.path("/store"), "sync", layout)) {
            SCENARIO.manager(store).apply();
            SCENARIO.requireApplied(store);
            SCENARIO.manager(store).rollbackTo("001");
            SCENARIO.requirePrepared(store);
        }
        PowerCuts cuts = new PowerCuts(disk.start(), disk.log());
        Set<Long> seen = new HashSet<>();
        do {
            if (cuts.operation() % EVERY != 0) {
                continue;
            }
            for (DiskImage image : cuts.images(OUTCOMES, cuts.operation())) {
                if (seen.add(image.fingerprint())) {
                    check(image, "operation " + cuts.operation() + " of " + disk.operations());
                }
            }
        } while (cuts.next());
        System.out.printf("%d images of migrations that were cut off, layout %s%n", seen.size(), layout);
        assertThat(seen).hasSizeGreaterThan(Effort.of(40, 2_000));
    }

    private static DiskImage prepared(String layout) {
        ModelDisk disk = ModelDisk.unrecorded(DiskImage.EMPTY);
        try (FileSystemBackend store = FileStores.open(disk.path("/store"), "sync", layout)) {
            SCENARIO.prepare(store);
        }
        return disk.image();
    }

    private static void check(DiskImage image, String place) {
        ModelDisk disk = ModelDisk.unrecorded(image);
        try (FileSystemBackend store = FileStores.look(disk.path("/store"))) {
            SCENARIO.manager(store).apply();
            SCENARIO.requireApplied(store);
            SCENARIO.manager(store).rollbackTo("001");
            SCENARIO.requirePrepared(store);
            assertThat(store.verify().problems()).isEmpty();
        } catch (RuntimeException | AssertionError e) {
            throw new AssertionError("After a power cut at " + place, e);
        }
    }
}
