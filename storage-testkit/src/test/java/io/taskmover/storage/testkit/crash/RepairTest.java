package io.taskmover.storage.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Repair;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.CorruptionException;
import io.taskmover.storage.error.LockedException;
import io.taskmover.storage.error.UnsupportedException;
import io.taskmover.storage.file.FileStores;
import io.taskmover.storage.file.FileSystemBackend;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.testkit.disk.DiskImage;
import io.taskmover.storage.testkit.disk.FileContent;
import io.taskmover.storage.testkit.disk.ModelDisk;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each kind of damage, and what a repair makes of it, in both layouts. */
@Timeout(value = 2, unit = TimeUnit.MINUTES)
class RepairTest {
    static final String MANIFEST = "/store/.storage/manifest";

    // stores

    private static Row note(int i, String body) {
        return Row.of(Workload.NOTES.rowType(), "note" + i, (long) i, body);
    }

    private static void fill(FileSystemBackend store) {
        store.createTable(Workload.NOTES);
        store.createTable(Workload.PEOPLE);
        for (int i = 0; i < 6; i++) {
            store.write("notes", WriteMode.INSERT, List.of(note(i, "body of " + i)));
            store.write(
                    "people", WriteMode.INSERT, List.of(Row.of(Workload.PEOPLE.rowType(), null, "name" + i, (long) i)));
        }
    }

    /** A store that was closed properly. */
    static DiskImage closed(String layout) {
        ModelDisk disk = ModelDisk.unrecorded(DiskImage.EMPTY);
        try (FileSystemBackend store = Workload.open(disk, "sync", layout)) {
            fill(store);
        }
        return disk.image();
    }

    /** A store that was killed: its last commits are in the journal only, with others before them. */
    static DiskImage killed(String layout) {
        while (true) {
            ModelDisk disk = ModelDisk.unrecorded(DiskImage.EMPTY);
            try (FileSystemBackend store = Workload.open(disk, "sync", layout)) {
                fill(store);
                FileStores.drain(store);
                byte[] manifest = bytes(disk.image(), MANIFEST);
                store.write("notes", WriteMode.UPSERT, List.of(note(1, "later")));
                store.delete("notes", "note2");
                store.write("notes", WriteMode.INSERT, List.of(note(7, "new")));
                DiskImage image = disk.image();
                boolean untouched = Arrays.equals(manifest, bytes(image, MANIFEST))
                        && image.files().stream().noneMatch(file -> file.contains("/tmp/"));
                if (untouched && state(image).equals(StoreState.of(store))) {
                    return image;
                }
                // a slow machine: the last commits are becoming files already
            }
        }
    }

    private static StoreState state(DiskImage image) {
        return OpenedStore.open(image).state();
    }

    static byte[] bytes(DiskImage image, String file) {
        try {
            return image.content(file).bytes();
        } catch (NoSuchFileException e) {
            throw new AssertionError(e);
        }
    }

    static String text(DiskImage image, String file) {
        return new String(bytes(image, file), StandardCharsets.UTF_8);
    }

    private static DiskImage with(DiskImage image, String file, String text) {
        return image.with(file, FileContent.of(text.getBytes(StandardCharsets.UTF_8)));
    }

    static String journal(DiskImage image) {
        return image.files().stream()
                .filter(file -> file.endsWith(".journal"))
                .findFirst()
                .orElseThrow();
    }

    /** The file in which a note stands. */
    static String fileOf(DiskImage image, String id) {
        return image.files().stream()
                .filter(file -> file.startsWith("/store/notes/") && !file.endsWith(".schema.json"))
                .filter(file -> text(image, file).contains("\"" + id + "\""))
                .findFirst()
                .orElseThrow();
    }

    private static Map<Object, Row> notes(StoreState state) {
        return state.tables().get("notes").rows();
    }

    private static RepairedStore repair(DiskImage damaged) {
        RepairedStore repaired = RepairedStore.of(damaged);
        assertThat(repaired.first().verification().problems())
                .as(repaired.report())
                .isEmpty();
        assertThat(repaired.second().actions()).as("what a second repair finds").isEmpty();
        return repaired;
    }

    static DiskImage replaced(DiskImage image, String file, String from, String to) {
        String text = text(image, file);
        assertThat(text).contains(from);
        return with(image, file, text.replace(from, to));
    }

    // nothing

    @ParameterizedTest
    @ValueSource(strings = {"entity", "lines"})
    void aSoundStoreIsLeftAsItIs(String layout) {
        for (DiskImage image : List.of(closed(layout), killed(layout))) {
            RepairedStore repaired = repair(image);
            assertThat(repaired.first().actions()).isEmpty();
            assertThat(repaired.state()).isEqualTo(state(image));
            assertThat(repaired.image().files()).noneMatch(file -> file.contains(".quarantine"));
        }
    }

    // rows

    @ParameterizedTest
    @ValueSource(strings = {"entity", "lines"})
    void aDamagedRowIsTakenOutAndNamedAndAllOthersStay(String layout) {
        DiskImage sound = closed(layout);
        String file = fileOf(sound, "note3");
        // as long as before, and with the same time: nobody edited it
        DiskImage damaged = replaced(sound, file, "body of 3", "b0dy of 3");
        RepairedStore repaired = repair(damaged);
        assertThat(repaired.report())
                .contains(file)
                .contains("not what was written")
                .contains("the row 'note3' of the table 'notes' was deleted")
                .contains("/store/.quarantine/notes-");
        assertThat(repaired.keeps("b0dy of 3".getBytes(StandardCharsets.UTF_8))).isTrue();
        StoreState expected = state(sound);
        notes(expected).remove("note3");
        assertThat(repaired.state()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"entity", "lines"})
    void aDamagedRowGetsTheValueBackThatTheJournalHas(String layout) {
        DiskImage sound = killed(layout);
        for (String id : List.of("note1", "note3")) {
            // note1 has a later value in the journal, note3 the one that it has in its file
            String file = fileOf(sound, id);
            DiskImage damaged = replaced(sound, file, "body of " + id.charAt(4), "b0dy of " + id.charAt(4));
            RepairedStore repaired = repair(damaged);
            assertThat(repaired.report()).contains("the row '" + id + "'").contains("journal");
            assertThat(repaired.report()).doesNotContain("deleted");
            assertThat(repaired.state()).isEqualTo(state(sound));
            assertThat(repaired.keeps("b0dy of".getBytes(StandardCharsets.UTF_8)))
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"entity", "lines"})
    void whatCannotBeParsedOrBreaksTheSchemaIsTakenOut(String layout) {
        DiskImage sound = closed(layout);
        String file = fileOf(sound, "note3");
        String n = layout.equals("lines") ? "\"n\":3" : "\"n\": 3";
        for (String bad : List.of("\"n\": oops", "\"n\": \"a text\"")) {
            DiskImage damaged = replaced(sound, file, n, bad);
            RepairedStore repaired = repair(damaged);
            assertThat(repaired.report()).contains(file).contains("the row 'note3' of the table 'notes' was deleted");
            assertThat(repaired.keeps(bad.getBytes(StandardCharsets.UTF_8))).isTrue();
            StoreState expected = state(sound);
            notes(expected).remove("note3");
            assertThat(repaired.state()).isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"entity", "lines"})
    void anEditThatBreaksAUniqueIndexIsTakenOut(String layout) {
        DiskImage sound = closed(layout);
        String file = sound.files().stream()
                .filter(name ->
                        name.startsWith("/store/people/") && text(sound, name).contains("name2"))
                .findFirst()
                .orElseThrow();
        DiskImage damaged = replaced(sound, file, "name2", "name0");
        RepairedStore repaired = repair(with(damaged, file, text(damaged, file) + "\n"));
        assertThat(repaired.report()).contains("of the table 'people' was deleted");
        StoreState expected = state(sound);
        expected.tables().get("people").rows().values().removeIf(row -> "name2".equals(row.get("name")));
        assertThat(repaired.state()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"entity", "lines"})
    void whatIsMisplacedOrThereTwiceIsTakenOutAndItsRowStays(String layout) {
        DiskImage sound = closed(layout);
        DiskImage damaged;
        if (layout.equals("entity")) {
            damaged = with(sound, "/store/notes/copy.json", text(sound, "/store/notes/note3.json"));
            damaged = with(damaged, "/store/notes/garbage.json", "no JSON");
        } else {
            damaged = with(
                    sound, "/store/notes/copy.jsonl", "{\"id\":\"note3\",\"n\":33,\"body\":\"another\"}\n\nno JSON\n");
        }
        RepairedStore repaired = repair(damaged);
        assertThat(repaired.report()).contains("copy").contains("no row of the store was there");
        assertThat(repaired.first().actions()).hasSize(2);
        assertThat(repaired.state()).isEqualTo(state(sound));
        assertThat(repaired.keeps("no JSON".getBytes(StandardCharsets.UTF_8))).isTrue();
    }

    @ParameterizedTest
    @ValueSource(strings = {"lines"})
    void aSegmentWhoseLinesRunIntoOneAnotherIsWrittenAgain(String layout) {
        DiskImage sound = closed(layout);
        String file = fileOf(sound, "note3");
        String text = text(sound, file);
        int end = text.indexOf('\n');
        DiskImage damaged = with(sound, file, text.substring(0, end) + " " + text.substring(end + 1));
        RepairedStore repaired = repair(damaged);
        assertThat(repaired.report()).contains("no row is touched by it");
        assertThat(text(repaired.image(), file)).isEqualTo(text);
        assertThat(repaired.state()).isEqualTo(state(sound));
    }

    @ParameterizedTest
    @ValueSource(strings = {"entity", "lines"})
    void anEditThatCanBeTakenOverIsNotDamage(String layout) {
        DiskImage sound = closed(layout);
        RepairedStore repaired = repair(replaced(sound, fileOf(sound, "note3"), "body of 3", "edited, and longer"));
        assertThat(repaired.first().actions()).isEmpty();
        assertThat(notes(repaired.state())).containsEntry("note3", note(3, "edited, and longer"));
    }

    // tables

    @ParameterizedTest
    @ValueSource(strings = {"entity", "lines"})
    void theDescriptionOfATableIsWrittenAgain(String layout) {
        String file = "/store/notes/.schema.json";
        for (DiskImage sound : List.of(closed(layout), killed(layout))) {
            for (DiskImage damaged : List.of(sound.without(file), with(sound, file, "{\"name\":"))) {
                RepairedStore repaired = repair(damaged);
                assertThat(repaired.report()).contains(file).contains("written again");
                assertThat(text(repaired.image(), file)).isEqualTo(text(sound, file));
                assertThat(repaired.state()).isEqualTo(state(sound));
                // and of it a store can be rebuilt
                DiskImage withoutManifest = repaired.image().without(MANIFEST);
                assertThat(state(withoutManifest)).isEqualTo(repaired.state());
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"entity", "lines"})
    void aVanishedTableIsNotTakenForDeletesAndAllElseIsRepaired(String layout) {
        DiskImage sound = closed(layout);
        String file = fileOf(sound, "note3");
        DiskImage damaged = replaced(sound, file, "body of 3", "b0dy of 3");
        for (String name : sound.files()) {
            if (name.startsWith("/store/people/")) {
                damaged = damaged.without(name);
            }
        }
        ModelDisk disk = ModelDisk.unrecorded(damaged);
        Repair repair = FileStores.repair(disk.path("/store"));
        assertThat(repair.clean()).isFalse();
        assertThat(repair.verification().problems()).singleElement().asString().contains("/store/people", "bring");
        assertThat(repair.actions()).anyMatch(action -> action.done().contains("'note3'"));
        // the files are brought back
        DiskImage back = disk.image();
        for (String name : sound.files()) {
            if (name.startsWith("/store/people/")) {
                back = back.with(name, FileContent.of(bytes(sound, name)));
            }
        }
        RepairedStore repaired = RepairedStore.of(back);
        StoreState expected = state(sound);
        notes(expected).remove("note3");
        assertThat(repaired.first().clean()).isTrue();
        assertThat(repaired.state()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"entity", "lines"})
    void aTableThatLostMostOfItsRowsIsLeftAsItIs(String layout) {
        DiskImage sound = closed(layout);
        DiskImage damaged = sound;
        for (String file : sound.files()) {
            if (file.startsWith("/store/notes/") && !file.endsWith("note1.json") && !file.endsWith(".schema.json")) {
                damaged = damaged.without(file);
            }
        }
        ModelDisk disk = ModelDisk.unrecorded(damaged);
        Repair repair = FileStores.repair(disk.path("/store"));
        assertThat(repair.actions()).isEmpty();
        assertThat(repair.verification().problems())
                .singleElement()
                .asString()
                .contains("of the 6 rows of the table 'notes' are gone", "bring the files back");
        assertThat(bytes(disk.image(), MANIFEST)).isEqualTo(bytes(sound, MANIFEST));
    }

    // the journal

    @ParameterizedTest
    @ValueSource(strings = {"entity", "lines"})
    void aDamagedRecordIsSkippedAndEveryOtherIsKept(String layout) {
        DiskImage sound = killed(layout);
        String file = journal(sound);
        // the commit after the checkpoint that changes note1: two records follow
        byte[] bytes = bytes(sound, file);
        int at = indexOf(bytes, "later");
        bytes[at] = 'L';
        DiskImage damaged = sound.with(file, FileContent.of(bytes));
        assertThatThrownBy(() -> Workload.open(ModelDisk.unrecorded(damaged), "sync"))
                .isInstanceOf(CorruptionException.class);
        RepairedStore repaired = repair(damaged);
        assertThat(repaired.report()).contains(file).contains("at offset").contains("'note1'");
        assertThat(repaired.keeps("Later".getBytes(StandardCharsets.UTF_8))).isTrue();
        StoreState expected = state(sound);
        notes(expected).put("note1", note(1, "body of 1"));
        assertThat(repaired.state()).isEqualTo(expected);
    }

    @ParameterizedTest
    @ValueSource(strings = {"entity", "lines"})
    void aJournalThatWasCutOffOrHasNoHeaderKeepsWhatIsWhole(String layout) {
        DiskImage sound = killed(layout);
        String file = journal(sound);
        byte[] bytes = bytes(sound, file);
        byte[] header = bytes.clone();
        header[3] ^= 1;
        int last = indexOf(bytes, "note7");
        byte[] cut = Arrays.copyOf(bytes, last);
        RepairedStore repaired = repair(sound.with(file, FileContent.of(header)));
        assertThat(repaired.state()).isEqualTo(state(sound));
        assertThat(repaired.report()).contains("header");
        repaired = repair(sound.with(file, FileContent.of(cut)));
        StoreState expected = state(sound);
        notes(expected).remove("note7");
        assertThat(repaired.state()).isEqualTo(expected);
        assertThat(repaired.report()).contains("cut off");
    }

    @ParameterizedTest
    @ValueSource(strings = {"entity", "lines"})
    void withoutItsJournalTheFilesAreTakenAsTheyAre(String layout) {
        DiskImage sound = killed(layout);
        RepairedStore repaired = repair(sound.without(journal(sound)));
        assertThat(repaired.report()).contains("/store/.storage/journal").contains("taken as they are");
        StoreState expected = state(closed(layout));
        assertThat(repaired.state()).isEqualTo(expected);
    }

    // the manifest

    @ParameterizedTest
    @ValueSource(strings = {"entity", "lines"})
    void aDamagedOrMissingManifestIsMadeAgain(String layout) {
        for (DiskImage sound : List.of(killed(layout), closed(layout))) {
            List<DiskImage> all = new ArrayList<>();
            byte[] bytes = bytes(sound, MANIFEST);
            for (int at : List.of(3, 11, 14, 20, 30, bytes.length / 2)) {
                byte[] flipped = bytes.clone();
                flipped[at] ^= 4;
                all.add(sound.with(MANIFEST, FileContent.of(flipped)));
            }
            all.add(sound.with(MANIFEST, FileContent.of(Arrays.copyOf(bytes, bytes.length / 2))));
            if (sound.files().stream().anyMatch(file -> file.endsWith(".journal"))) {
                all.add(sound.without(MANIFEST));
            }
            for (DiskImage damaged : all) {
                RepairedStore repaired = repair(damaged);
                assertThat(repaired.state()).isEqualTo(state(sound));
                assertThat(repaired.report()).contains(MANIFEST);
                if (damaged.files().contains(MANIFEST)) {
                    assertThat(repaired.keeps(bytes(damaged, MANIFEST))).isTrue();
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"entity", "lines"})
    void aJournalThatChangesTablesIsAppliedToTheFilesWithoutTurningThemBack(String layout) {
        ModelDisk disk = ModelDisk.unrecorded(DiskImage.EMPTY);
        DiskImage image;
        StoreState expected;
        try (FileSystemBackend store = Workload.open(disk, "sync", layout)) {
            fill(store);
            addColumn(store, "one");
            store.write(
                    "notes",
                    WriteMode.UPSERT,
                    List.of(Row.of(store.schemaOf("notes").rowType(), "note1", 1L, "body", 11L)));
            FileStores.drain(store);
            addColumn(store, "two");
            store.write(
                    "notes",
                    WriteMode.UPSERT,
                    List.of(Row.of(store.schemaOf("notes").rowType(), "note2", 2L, "body", 21L, 22L)));
            expected = StoreState.of(store);
            image = disk.image();
        }
        RepairedStore repaired = repair(image.without(MANIFEST));
        assertThat(repaired.state()).isEqualTo(expected);
    }

    private static void addColumn(FileSystemBackend store, String name) {
        try (BackendTransaction transaction = store.begin(TransactionOptions.DEFAULT)) {
            transaction.catalog().addColumn("notes", Column.of(name, DataType.INTEGER));
            transaction.commit();
        }
    }

    // refusals

    @ParameterizedTest
    @ValueSource(strings = {"entity", "lines"})
    void aStoreOfALaterVersionIsRefusedAndNotTouched(String layout) {
        DiskImage sound = closed(layout);
        byte[] bytes = bytes(sound, MANIFEST);
        ByteBuffer header = ByteBuffer.wrap(bytes).putInt(8, 2);
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, 12);
        header.putInt(12, (int) crc.getValue());
        ModelDisk disk = ModelDisk.unrecorded(sound.with(MANIFEST, FileContent.of(bytes)));
        DiskImage before = disk.image();
        assertThatThrownBy(() -> FileStores.repair(disk.path("/store")))
                .isInstanceOf(UnsupportedException.class)
                .hasMessageContaining("later version");
        assertThat(disk.image().files()).isEqualTo(before.files());
        assertThat(bytes(disk.image(), MANIFEST)).isEqualTo(bytes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"entity", "lines"})
    void aStoreThatSomebodyHasOpenIsNotRepaired(String layout) {
        ModelDisk disk = ModelDisk.unrecorded(closed(layout));
        try (FileSystemBackend store = Workload.open(disk, "sync")) {
            assertThatThrownBy(() -> FileStores.repair(disk.path("/store"))).isInstanceOf(LockedException.class);
            assertThat(store.verify().clean()).isTrue();
        }
    }

    static int indexOf(byte[] bytes, String text) {
        String all = new String(bytes, StandardCharsets.ISO_8859_1);
        int at = all.lastIndexOf(text);
        assertThat(at).isPositive();
        return at;
    }
}
