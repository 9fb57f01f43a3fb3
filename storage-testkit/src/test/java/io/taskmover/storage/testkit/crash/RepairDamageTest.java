package io.taskmover.storage.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.Repair;
import io.taskmover.storage.file.FileStores;
import io.taskmover.storage.file.FileSystemBackend;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.testkit.disk.DiskImage;
import io.taskmover.storage.testkit.disk.FileContent;
import io.taskmover.storage.testkit.disk.ModelDisk;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Something in a store's files is damaged at random, and the store repaired. Then it opens and is sound, every row has a
 * value that it once had, or is gone, and unless that is its last one the report names it, or the commit that changed it
 * last; the bytes that were damaged are in the quarantine, and another repair finds nothing. {@code make crash} does it at length.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class RepairDamageTest {
    /** After so many commits a store is killed. */
    private static final int KILLED = 13;

    private final Script script = new Script("entity");
    private final AtomicLong tried = new AtomicLong();
    private final AtomicLong acted = new AtomicLong();
    private final AtomicLong left = new AtomicLong();

    /**
     * @param commits how many commits it holds
     * @param inFiles how many of them are in the files of the tables
     */
    private record Victim(DiskImage image, int commits, int inFiles) {}

    private static Victim killed(String layout) {
        while (true) {
            ModelDisk disk = ModelDisk.unrecorded(DiskImage.EMPTY);
            try (FileSystemBackend store = Workload.open(disk, "sync", layout)) {
                byte[] manifest = {};
                int drained = 0;
                for (int i = 0; i < KILLED; i++) {
                    Script.commit(store, i);
                    if (Script.drains(i)) {
                        FileStores.drain(store);
                        drained = i + 1;
                        manifest = bytes(disk.image(), "/store/.storage/manifest");
                    }
                }
                DiskImage image = disk.image();
                if (Arrays.equals(manifest, bytes(image, "/store/.storage/manifest"))
                        && image.files().stream().noneMatch(file -> file.contains("/tmp/"))) {
                    return new Victim(image, KILLED, drained);
                }
                // a slow machine: the last commits are becoming files already
            }
        }
    }

    private Victim closed(String layout) {
        ModelDisk disk = ModelDisk.unrecorded(DiskImage.EMPTY);
        try (FileSystemBackend store = Workload.open(disk, "sync", layout)) {
            for (int i = 0; i < script.commits(); i++) {
                Script.commit(store, i);
            }
        }
        return new Victim(disk.image(), script.commits(), script.commits());
    }

    @Test
    void aRepairedStoreIsSoundAndNamesWhatItLost() {
        List<Victim> victims = List.of(killed("entity"), closed("entity"), killed("lines"), closed("lines"));
        int count = Effort.of(400, 50_000);
        Effort.until(() -> tried.get() >= count, seed -> damage(victims, seed));
        System.out.printf(
                "%d damaged stores repaired, %d of them with something to do, %d left for people%n",
                tried.get(), acted.get(), left.get());
        assertThat(acted.get()).isGreaterThan(count / 2);
        assertThat(left.get()).isLessThan(count / 10);
    }

    private void damage(List<Victim> victims, long seed) {
        tried.incrementAndGet();
        Random random = new Random(seed);
        Victim victim = victims.get(random.nextInt(victims.size()));
        DiskImage sound = victim.image;
        List<String> files = new ArrayList<>(sound.files());
        files.removeIf(file -> file.endsWith("/lock") || file.endsWith(".gitignore"));
        Collections.shuffle(files, random);
        String file = files.get(0);
        String other = files.get(1);
        byte[] bytes = bytes(sound, file);
        Map<String, byte[]> changed;
        DiskImage damaged;
        int dice = random.nextInt(8);
        if (dice == 0) {
            changed = Map.of(file, bytes(sound, other), other, bytes);
            damaged = sound.with(file, FileContent.of(bytes(sound, other))).with(other, FileContent.of(bytes));
        } else if (dice == 1 && !isData(file)) {
            changed = Map.of();
            damaged = sound.without(file);
        } else {
            byte[] mutated = new Mutation(random).of(bytes);
            changed = Map.of(file, mutated);
            damaged = sound.with(file, FileContent.of(mutated));
        }
        // a person may have shortened them
        List<String> edited = changed.entrySet().stream()
                .filter(entry ->
                        isData(entry.getKey()) && entry.getValue().length != bytes(sound, entry.getKey()).length)
                .map(Map.Entry::getKey)
                .toList();
        List<String> problems = new ArrayList<>();
        try {
            check(victim, damaged, changed, edited, problems);
        } catch (RuntimeException | AssertionError e) {
            StringWriter text = new StringWriter();
            e.printStackTrace(new PrintWriter(text));
            problems.add(text.toString());
        }
        if (!problems.isEmpty()) {
            String what = "seed " + seed + ", dice " + dice + ": " + file + " " + other;
            throw new AssertionError(
                    what + ", kept in " + Evidence.keep(damaged, List.of(what)) + ":\n" + String.join("\n", problems));
        }
    }

    private static boolean isData(String file) {
        return !file.contains("/.");
    }

    private void check(
            Victim victim, DiskImage damaged, Map<String, byte[]> changed, List<String> edited, List<String> problems) {
        RepairedStore repaired = RepairedStore.of(damaged);
        Repair first = repaired.first();
        String report = repaired.report() + first.verification().problems();
        if (!first.actions().isEmpty()) {
            acted.incrementAndGet();
        }
        changed.forEach((file, bytes) -> {
            boolean stays =
                    repaired.image().files().contains(file) && Arrays.equals(bytes(repaired.image(), file), bytes);
            boolean kept = isData(file) ? keepsLines(victim, repaired, bytes) : repaired.keeps(bytes);
            if (!stays && !kept && (isData(file) || report.contains(file))) {
                problems.add("nothing keeps " + file + "; " + report);
            }
        });
        if (!first.clean()) {
            left.incrementAndGet();
            if (!first.verification().problems().stream()
                    .allMatch(problem -> problem.contains("bring") || problem.contains("Put the right"))) {
                problems.add("it is not clean: " + report);
            }
            return;
        }
        repaired.second().actions().forEach(action -> problems.add("a second repair finds " + action));
        compare(victim, repaired.state(), report, edited, problems);
    }

    /** Whether every line is kept that is nowhere in the files of the tables. */
    private static boolean keepsLines(Victim victim, RepairedStore repaired, byte[] damaged) {
        String sound = data(victim.image);
        String now = data(repaired.image());
        for (String raw : text(damaged).split("\n")) {
            String line = raw.strip();
            if (!sound.contains(line)
                    && !now.contains(line)
                    && !repaired.keeps(line.getBytes(StandardCharsets.ISO_8859_1))) {
                return false;
            }
        }
        return true;
    }

    private static String data(DiskImage image) {
        StringBuilder all = new StringBuilder();
        image.files().stream().filter(RepairDamageTest::isData).forEach(file -> all.append(text(bytes(image, file))));
        return all.toString();
    }

    private void compare(Victim victim, StoreState found, String report, List<String> edited, List<String> problems) {
        StoreState last = script.state(victim.commits);
        Set<String> tables = new HashSet<>(last.tables().keySet());
        tables.addAll(found.tables().keySet());
        for (String table : tables) {
            Set<Object> keys = new HashSet<>(rows(last, table).keySet());
            keys.addAll(rows(found, table).keySet());
            for (Object key : keys) {
                String row = values(found, table, key);
                boolean had = row == null;
                for (int i = 0; i <= victim.commits; i++) {
                    had |= row != null && row.equals(values(script.state(i), table, key));
                }
                if (!had) {
                    problems.add(table + " " + key + " is " + row + ", which it never was; " + report);
                } else if (!String.valueOf(row).equals(String.valueOf(values(last, table, key)))
                        && !isTold(victim, table, key, report)
                        && !(row == null && edited.stream().anyMatch(file -> isIn(victim, file, table, key)))) {
                    problems.add(table + " " + key + " is " + row + ", and nothing says so; " + report);
                }
            }
        }
    }

    /** Whether the report names the row or, where nobody can read that any more, the commit that changed it last. */
    private boolean isTold(Victim victim, String table, Object key, String report) {
        return report.contains("the row '" + key + "' of the table '" + table + "'")
                || new LostCommits(report, victim.inFiles).has(lastChange(victim, table, key));
    }

    /** Whether a row stood in a file. */
    private static boolean isIn(Victim victim, String file, String table, Object key) {
        Pattern id = Pattern.compile("\"id\": ?\"?" + Pattern.quote(key.toString()) + "\"?,");
        return file.startsWith("/store/" + table + "/")
                && id.matcher(text(bytes(victim.image, file))).find();
    }

    private int lastChange(Victim victim, String table, Object key) {
        int commit = victim.commits;
        String last = String.valueOf(values(script.state(commit), table, key));
        while (last.equals(String.valueOf(values(script.state(commit - 1), table, key)))) {
            commit--;
        }
        return commit;
    }

    private static Map<Object, Row> rows(StoreState state, String table) {
        StoreState.Content content = state.tables().get(table);
        return content == null ? Map.of() : content.rows();
    }

    /** What a row holds, but for columns that are null: of what was lost may be a column that was added. */
    private static @Nullable String values(StoreState state, String table, Object key) {
        Row row = rows(state, table).get(key);
        if (row == null) {
            return null;
        }
        StringBuilder values = new StringBuilder();
        row.toMap().forEach((column, value) -> {
            if (value != null) {
                values.append(column).append('=').append(value).append(' ');
            }
        });
        return values.toString();
    }

    private static byte[] bytes(DiskImage image, String file) {
        try {
            return image.content(file).bytes();
        } catch (NoSuchFileException e) {
            throw new AssertionError(e);
        }
    }

    private static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }
}
