package io.taskmover.storage.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.Repair;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.file.FileStores;
import io.taskmover.storage.testkit.disk.DiskFault;
import io.taskmover.storage.testkit.disk.DiskImage;
import io.taskmover.storage.testkit.disk.FileContent;
import io.taskmover.storage.testkit.disk.ModelDisk;
import io.taskmover.storage.testkit.disk.PowerCuts;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The power goes at every operation that a repair does on its disk. Another repair then comes to what the first would have
 * come to, and whatever was taken out is either where it was or in the quarantine.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class RepairPowerCutTest {
    private static final int OUTCOMES = Effort.of(6, 48);
    /** In every build the power goes at every fifth operation only. */
    private static final int EVERY = Effort.of(11, 1);

    /** @param marks texts that stand in what is damaged: each has to be somewhere on the disk at any time */
    private record Case(String name, DiskImage damaged, List<String> marks) {}

    private static List<Case> cases(String layout) {
        List<Case> cases = new ArrayList<>();
        DiskImage closed = RepairTest.closed(layout);
        DiskImage killed = RepairTest.killed(layout);
        String file = RepairTest.fileOf(closed, "note3");
        cases.add(new Case(
                "a damaged row", RepairTest.replaced(closed, file, "body of 3", "b0dy of 3"), List.of("b0dy of 3")));
        String n = layout.equals("lines") ? "\"n\":3" : "\"n\": 3";
        cases.add(new Case("a row that is no JSON", RepairTest.replaced(closed, file, n, "oops!"), List.of("oops!")));
        String other = RepairTest.fileOf(killed, "note3");
        cases.add(new Case(
                "a damaged row that the journal has",
                RepairTest.replaced(killed, other, "body of 3", "b0dy of 3"),
                List.of("b0dy of 3")));
        String journal = RepairTest.journal(killed);
        byte[] bytes = RepairTest.bytes(killed, journal);
        bytes[RepairTest.indexOf(bytes, "later")] = 'L';
        cases.add(new Case("a damaged journal", killed.with(journal, FileContent.of(bytes)), List.of("Later")));
        byte[] manifest = RepairTest.bytes(killed, RepairTest.MANIFEST);
        manifest[3] = '!';
        String mark = new String(manifest, 0, 12, StandardCharsets.ISO_8859_1);
        cases.add(new Case(
                "a damaged manifest", killed.with(RepairTest.MANIFEST, FileContent.of(manifest)), List.of(mark)));
        cases.add(new Case("no journal", killed.without(journal), List.of()));
        return cases;
    }

    @ParameterizedTest
    @ValueSource(strings = {"entity", "lines"})
    void aRepairThatIsCutOffIsCompletedByAnother(String layout) {
        int images = 0;
        for (Case one : cases(layout)) {
            StoreState expected = RepairedStore.of(one.damaged).state();
            ModelDisk disk = ModelDisk.of(one.damaged);
            assertThat(FileStores.repair(disk.path("/store")).clean()).isTrue();
            PowerCuts cuts = new PowerCuts(disk.start(), disk.log());
            Set<Long> seen = new HashSet<>();
            do {
                if (cuts.operation() % EVERY != 0) {
                    continue;
                }
                for (DiskImage image : cuts.images(OUTCOMES, cuts.operation())) {
                    if (seen.add(image.fingerprint())) {
                        images++;
                        check(one, image, expected, "operation " + cuts.operation() + " of " + disk.operations());
                    }
                }
            } while (cuts.next());
        }
        System.out.printf("%d images of repairs that were cut off, layout %s%n", images, layout);
        assertThat(images).isGreaterThan(Effort.of(30, 500));
    }

    @ParameterizedTest
    @ValueSource(strings = {"entity", "lines"})
    void aRepairOnADiskThatFailsIsCompletedByAnother(String layout) {
        for (Case one : cases(layout)) {
            StoreState expected = RepairedStore.of(one.damaged).state();
            AtomicBoolean failed = new AtomicBoolean(true);
            for (int first = EVERY; failed.get(); first += 2 * EVERY) {
                int call = first;
                failed.set(false);
                ModelDisk disk = ModelDisk.unrecorded(one.damaged);
                disk.setFault((number, kind, path) ->
                        number >= call && !failed.getAndSet(true) ? DiskFault.Failure.INPUT_OUTPUT : null);
                try {
                    Repair unused = FileStores.repair(disk.path("/store"));
                } catch (StorageException e) {
                    // it says so
                }
                disk.setFault(DiskFault.NONE);
                assertThat(disk.openHandles()).as("handles after call %d", call).isZero();
                check(one, disk.image(), expected, "failing call " + call);
            }
        }
    }

    private static void check(Case one, DiskImage image, StoreState expected, String where) {
        String what = one.name + ", cut off at " + where;
        List<String> problems = new ArrayList<>();
        for (String mark : one.marks) {
            if (image.files().stream()
                    .noneMatch(file ->
                            new String(RepairTest.bytes(image, file), StandardCharsets.ISO_8859_1).contains(mark))) {
                problems.add("'" + mark + "' is nowhere any more");
            }
        }
        RepairedStore repaired = RepairedStore.of(image);
        if (!repaired.first().clean()) {
            problems.add("it is not clean: " + repaired.first().verification().problems());
        } else if (!repaired.state().equals(expected)) {
            problems.add("expected / found:\n" + expected.difference(repaired.state()));
        }
        if (!repaired.second().actions().isEmpty()) {
            problems.add("a second repair finds " + repaired.second().actions());
        }
        for (String mark : one.marks) {
            if (!repaired.keeps(mark.getBytes(StandardCharsets.ISO_8859_1))) {
                problems.add("the quarantine has no '" + mark + "'");
            }
        }
        if (!problems.isEmpty()) {
            throw new AssertionError(what + ", kept in " + Evidence.keep(image, List.of(what)) + ": " + problems);
        }
    }
}
