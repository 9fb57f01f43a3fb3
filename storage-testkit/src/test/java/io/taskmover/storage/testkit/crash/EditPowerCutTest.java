package io.taskmover.storage.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.CommitOrigin;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.file.FileStores;
import io.taskmover.storage.file.FileSystemBackend;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.testkit.disk.DiskImage;
import io.taskmover.storage.testkit.disk.ModelDisk;
import io.taskmover.storage.testkit.disk.PowerCuts;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * A person changes files and forces nothing; the store takes that over, and brings it where the journal is not needed for
 * it any more. Wherever the power goes from then on, the store has it.
 */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class EditPowerCutTest {
    private static final int OUTCOMES = 64;

    @ParameterizedTest
    @ValueSource(strings = {"entity", "lines"})
    void aRowRemovedWhileTheStoreWasClosedDoesNotComeBack(String layout) throws Exception {
        ModelDisk disk = disk(layout);
        edit(disk, "note3", text -> "");
        try (FileSystemBackend store = Workload.open(disk, "sync")) {
            settle(disk, store);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"entity", "lines"})
    void aRowRemovedWhileTheStoreIsOpenDoesNotComeBack(String layout) throws Exception {
        ModelDisk disk = disk(layout);
        try (FileSystemBackend store = Workload.open(disk, "sync")) {
            CountDownLatch taken = new CountDownLatch(1);
            store.onCommit((origin, changes) -> {
                assertThat(origin).isEqualTo(CommitOrigin.EXTERNAL);
                taken.countDown();
            });
            edit(disk, "note3", text -> "");
            assertThat(taken.await(1, TimeUnit.MINUTES)).isTrue();
            settle(disk, store);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"entity", "lines"})
    void aRemovedRowThatAProgramWritesAndDeletesBeforeItIsInTheFilesDoesNotComeBack(String layout) throws Exception {
        ModelDisk disk = disk(layout);
        edit(disk, "note3", text -> "");
        try (FileSystemBackend store = Workload.open(disk, "sync")) {
            store.write(
                    "notes", WriteMode.INSERT, List.of(Row.of(Workload.NOTES.rowType(), "note3", 33L, "a program's")));
            assertThat(store.delete("notes", "note3")).isTrue();
            settle(disk, store);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"entity", "lines"})
    void aChangedRowDoesNotTurnBack(String layout) throws Exception {
        ModelDisk disk = disk(layout);
        edit(disk, "note3", text -> text.replace("body of 3", "body of a person"));
        try (FileSystemBackend store = Workload.open(disk, "sync")) {
            settle(disk, store);
        }
    }

    /** A disk that has forced all of a store that was closed. */
    private static ModelDisk disk(String layout) {
        return ModelDisk.of(RepairTest.closed(layout));
    }

    /**
     * Does what an editor does to a row: writes all of the file again, with something else where the row is; removes it if
     * nothing is left.
     */
    private static void edit(ModelDisk disk, String id, UnaryOperator<String> change) throws IOException {
        Path file = disk.path(RepairTest.fileOf(disk.image(), id));
        String text = Files.readString(file);
        String row = text.lines()
                .filter(line -> file.toString().endsWith(".json") || line.contains("\"" + id + "\""))
                .collect(Collectors.joining("\n", "", "\n"));
        String edited = text.replace(row, change.apply(row));
        assertThat(edited).isNotEqualTo(text);
        if (edited.isEmpty()) {
            Files.delete(file);
        } else {
            Files.writeString(file, edited);
        }
    }

    /** Waits until the files have all that was committed, and then cuts the power. */
    private static void settle(ModelDisk disk, FileSystemBackend store) {
        FileStores.drain(store);
        StoreState expected = StoreState.of(store);
        PowerCuts cuts = new PowerCuts(disk.start(), disk.log());
        while (cuts.next()) {
            // up to now
        }
        for (DiskImage image : cuts.images(OUTCOMES, 1)) {
            OpenedStore opened = OpenedStore.open(image);
            assertThat(opened.problem()).isNull();
            assertThat(opened.state()).as(expected.difference(opened.state())).isEqualTo(expected);
        }
    }
}
