package io.taskmover.storage.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.backup.BackupManifest;
import io.taskmover.storage.backup.StoreBackup;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.error.StorageIoException;
import io.taskmover.storage.file.FileStores;
import io.taskmover.storage.file.FileSystemBackend;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import io.taskmover.storage.testkit.disk.DiskFault;
import io.taskmover.storage.testkit.disk.DiskImage;
import io.taskmover.storage.testkit.disk.ModelDisk;
import io.taskmover.storage.testkit.disk.PowerCuts;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * The power goes at every operation of a backup and of a restore in the place of another content. A backup that has its
 * name is whole; a store holds all of the one content or all of the other, and the other once that was acknowledged.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class BackupPowerCutTest {
    private static final int OUTCOMES = Effort.of(6, 24);
    /** In every build the power goes at every eleventh operation only. */
    private static final int EVERY = Effort.of(11, 1);

    private static final String STORE = "/store";
    private static final String BACKUP = "/backup.zip";

    private static final TableSchema STAFF = TableSchema.builder("Staff/1")
            .column("id", DataType.INTEGER)
            .column("name", DataType.TEXT)
            .column("v", DataType.INTEGER)
            .primaryKey("id")
            .generatedKey()
            .version("v")
            .index("name")
            .build();
    private static final TableSchema NOTES = TableSchema.builder("notes")
            .column("id", DataType.TEXT)
            .column("text", DataType.TEXT)
            .primaryKey("id")
            .build();
    private static final TableSchema LATER = TableSchema.builder("later")
            .column("id", DataType.TEXT)
            .primaryKey("id")
            .build();

    /** A disk with a store that was backed up and changed after that, and what it held then and holds now. */
    private record Case(DiskImage image, StoreState backedUp, StoreState former) {}

    private static Row staff(String name) {
        return Row.of(STAFF.rowType(), null, name, 0L);
    }

    private static void fill(StorageBackend store, long seed) {
        store.createTable(STAFF);
        store.createTable(NOTES);
        List<Row> people = new ArrayList<>();
        for (int i = 0; i < 5 + seed % 9; i++) {
            people.add(staff("name " + seed * i % 7));
        }
        store.write(STAFF.name(), WriteMode.INSERT, people);
        for (int i = 0; i < 3 + seed % 4; i++) {
            store.write(NOTES.name(), WriteMode.INSERT, List.of(Row.of(NOTES.rowType(), "n" + i, "text " + seed)));
        }
    }

    private static Case backedUpAndChanged(String layout, long seed) {
        ModelDisk disk = ModelDisk.unrecorded(DiskImage.EMPTY);
        StoreState backedUp;
        StoreState former;
        try (FileSystemBackend store = FileStores.open(disk.path(STORE), "sync", layout)) {
            fill(store, seed);
            backedUp = StoreState.of(store);
            StoreBackup.at(disk.path(BACKUP)).write(store);
            store.delete(NOTES.name(), "n1");
            store.write(STAFF.name(), WriteMode.INSERT, List.of(staff("more"), staff("and more")));
            store.createTable(LATER);
            store.write(LATER.name(), WriteMode.INSERT, List.of(Row.of(LATER.rowType(), "l")));
            if (seed % 3 == 0) {
                FileStores.drain(store);
            }
            former = StoreState.of(store);
        }
        return new Case(disk.image(), backedUp, former);
    }

    private static StoreBackup backup(ModelDisk disk) {
        return StoreBackup.at(disk.path(BACKUP));
    }

    @Test
    void aRestoreThatIsCutOffLeavesOneContentOrTheOther() {
        cutRestore("entity");
        cutRestore("lines");
    }

    private static void cutRestore(String layout) {
        Set<Long> images = ConcurrentHashMap.newKeySet();
        int enough = Effort.of(120, 5_500);
        Effort.until(() -> images.size() >= enough, seed -> {
            Case one = backedUpAndChanged(layout, seed);
            ModelDisk disk = ModelDisk.of(one.image);
            int acknowledged;
            int written;
            StoreState after;
            try (FileSystemBackend store = FileStores.open(disk.path(STORE), "sync", null)) {
                backup(disk).replace(store);
                acknowledged = disk.operations();
                store.write(NOTES.name(), WriteMode.INSERT, List.of(Row.of(NOTES.rowType(), "after", "x")));
                written = disk.operations();
                after = StoreState.of(store);
            }
            PowerCuts cuts = new PowerCuts(disk.start(), disk.log());
            do {
                if ((cuts.operation() + seed) % EVERY != 0) {
                    continue;
                }
                List<StoreState> allowed = new ArrayList<>(List.of(after));
                if (cuts.operation() < written) {
                    allowed.add(one.backedUp);
                }
                if (cuts.operation() < acknowledged) {
                    allowed.add(one.former);
                }
                for (DiskImage image : cuts.images(OUTCOMES, seed + cuts.operation())) {
                    if (images.add(image.fingerprint())) {
                        check(
                                image,
                                allowed,
                                layout + ", seed " + seed + ", operation " + cuts.operation() + " of "
                                        + disk.operations());
                    }
                }
            } while (cuts.next() && !Thread.currentThread().isInterrupted());
        });
        System.out.printf("%d images of restores that were cut off, layout %s%n", images.size(), layout);
        assertThat(images).hasSizeGreaterThanOrEqualTo(enough);
    }

    private static void check(DiskImage image, List<StoreState> allowed, String where) {
        OpenedStore opened = OpenedStore.open(image);
        String problem = opened.problem() != null
                ? opened.problem()
                : allowed.contains(opened.state())
                        ? null
                        : "expected / found:\n"
                                + allowed.get(allowed.size() - 1).difference(opened.state());
        if (problem != null) {
            throw new AssertionError(where + ", kept in " + Evidence.keep(image, List.of(where)) + ": " + problem);
        }
    }

    @Test
    void aRestoreOnADiskThatFailsLeavesOneContentOrTheOther() {
        failRestore("entity");
        failRestore("lines");
    }

    private static void failRestore(String layout) {
        Case one = backedUpAndChanged(layout, 5);
        AtomicBoolean failed = new AtomicBoolean(true);
        for (int first = 1; failed.get(); first += Effort.of(41, 1)) {
            int call = first;
            failed.set(false);
            ModelDisk disk = ModelDisk.unrecorded(one.image);
            boolean restored = false;
            try (FileSystemBackend store = FileStores.open(disk.path(STORE), "sync", null)) {
                disk.setFault((number, kind, path) ->
                        number >= call && !failed.getAndSet(true) ? DiskFault.Failure.INPUT_OUTPUT : null);
                backup(disk).replace(store);
                restored = true;
            } catch (StorageException e) {
                // it says so
            }
            disk.setFault(DiskFault.NONE);
            assertThat(disk.openHandles()).as("handles after call %d", call).isZero();
            check(
                    disk.image(),
                    restored ? List.of(one.backedUp) : List.of(one.backedUp, one.former),
                    "failing call " + call);
            if (call > disk.calls()) {
                break;
            }
        }
    }

    @Test
    void aBackupThatIsCutOffHasNoName() throws Exception {
        cutBackup("entity");
        cutBackup("lines");
    }

    @Test
    void aBackupOnADiskThatFailsHasNoNameOrIsWhole() throws Exception {
        failBackup(DiskFault.Failure.INPUT_OUTPUT);
        failBackup(DiskFault.Failure.NO_SPACE);
        failBackup(DiskFault.Failure.SHORT_WRITE);
    }

    /** Fails one call after the other; a disk that is full stays so. */
    private static void failBackup(DiskFault.Failure failure) throws Exception {
        boolean stays = failure == DiskFault.Failure.NO_SPACE;
        ModelDisk disk = ModelDisk.unrecorded(DiskImage.EMPTY);
        int failures = 0;
        try (FileSystemBackend store = FileStores.open(disk.path(STORE), "sync", "entity")) {
            fill(store, 4);
            FileStores.drain(store);
            StoreState content = StoreState.of(store);
            AtomicBoolean failed = new AtomicBoolean(true);
            for (int first = 0; failed.get(); first++) {
                int call = first;
                failed.set(false);
                AtomicInteger calls = new AtomicInteger();
                disk.setFault((number, kind, path) -> {
                    boolean ofBackup = path.contains(BACKUP.substring(1)) || path.equals("/");
                    boolean fails = ofBackup
                            && kind != DiskFault.Call.DELETE
                            && (stays ? calls.getAndIncrement() >= call : calls.getAndIncrement() == call)
                            && (!stays || kind == DiskFault.Call.CREATE || kind == DiskFault.Call.WRITE);
                    if (fails) {
                        failed.set(true);
                    }
                    return fails ? failure : null;
                });
                try {
                    backup(disk).write(store);
                } catch (StorageIoException e) {
                    failures++;
                    assertThat(e).hasMessageContaining(disk.path(BACKUP).toString());
                    assertThat(e.diskFull()).isEqualTo(stays);
                }
                disk.setFault(DiskFault.NONE);
                assertThat(disk.path("/.backup.zip.part")).doesNotExist();
                if (Files.exists(disk.path(BACKUP))) {
                    assertThat(backup(disk).verify().tables()).hasSize(2);
                    Files.delete(disk.path(BACKUP));
                }
                assertThat(StoreState.of(store)).isEqualTo(content);
            }
        }
        assertThat(disk.openHandles()).isZero();
        assertThat(failures).as("backups that failed by %s", failure).isGreaterThan(stays ? 3 : 10);
    }

    private static void cutBackup(String layout) throws Exception {
        int images = 0;
        ModelDisk empty = ModelDisk.unrecorded(DiskImage.EMPTY);
        try (FileSystemBackend store = FileStores.open(empty.path(STORE), "sync", layout)) {
            fill(store, 4);
        }
        ModelDisk disk = ModelDisk.of(empty.image());
        BackupManifest written;
        int begun;
        int acknowledged;
        try (FileSystemBackend store = FileStores.open(disk.path(STORE), "sync", null)) {
            begun = disk.operations();
            written = backup(disk).write(store);
            acknowledged = disk.operations();
        }
        PowerCuts cuts = new PowerCuts(disk.start(), disk.log());
        Set<Long> seen = ConcurrentHashMap.newKeySet();
        do {
            if (cuts.operation() < begun) {
                continue;
            }
            for (DiskImage image : cuts.images(OUTCOMES, cuts.operation())) {
                if (seen.add(image.fingerprint())) {
                    images++;
                    ModelDisk after = ModelDisk.unrecorded(image);
                    Path file = after.path(BACKUP);
                    boolean there = Files.exists(file);
                    assertThat(there || cuts.operation() < acknowledged).isTrue();
                    if (!there) {
                        try (FileSystemBackend store = FileStores.look(after.path(STORE))) {
                            assertThat(backup(after).write(store).tables()).isEqualTo(written.tables());
                        }
                    }
                    assertThat(backup(after).verify().tables()).isEqualTo(written.tables());
                }
            }
        } while (cuts.next());
        System.out.printf("%d images of backups that were cut off, layout %s%n", images, layout);
        assertThat(images).isGreaterThan(Effort.of(5, 20));
    }
}
