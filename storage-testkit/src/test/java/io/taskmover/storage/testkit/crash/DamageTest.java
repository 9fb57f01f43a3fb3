package io.taskmover.storage.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.file.FileSystemBackend;
import io.taskmover.storage.testkit.disk.DiskImage;
import io.taskmover.storage.testkit.disk.FileContent;
import io.taskmover.storage.testkit.disk.ModelDisk;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/**
 * Bits of a store's files flip, bytes are overwritten, files are cut off or exchanged. What is read then is right, or
 * an error that names what is wrong. {@code make crash} flips every bit, the build some.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class DamageTest {
    private static final int EVERY_BIT = Effort.of(149, 1);
    /** In the zeros that a journal has reserved one bit is like the other. */
    private static final int EVERY_RESERVED_BIT = Effort.of(100_003, 1_009);

    private final Damage damage = new Damage();

    @AfterEach
    void tell(TestInfo test) {
        System.out.printf("%s: %s%n", test.getDisplayName(), damage);
    }

    /**
     * A store to be damaged.
     *
     * @param commits how many commits it holds
     */
    record Victim(Script script, DiskImage image, int commits) {
        /** Those files that hold something. */
        List<String> files() {
            return image.files().stream()
                    .filter(file -> image.bytes(file).length > 0)
                    .toList();
        }

        /** What it holds, and what it held before the last commits, the newest first. */
        List<StoreState> last(int count) {
            List<StoreState> states = new ArrayList<>();
            for (int i = commits; i >= 0 && states.size() < count; i--) {
                states.add(script.state(i));
            }
            return states;
        }
    }

    /** Of each layout one that was killed and has a journal, and one that was closed. */
    List<Victim> victims() {
        List<Victim> victims = new ArrayList<>();
        for (String layout : List.of("entity", "lines")) {
            addVictims(new Script(layout), victims);
        }
        return victims;
    }

    private static void addVictims(Script script, List<Victim> victims) {
        DiskImage half = script.half();
        ModelDisk disk = ModelDisk.unrecorded(DiskImage.EMPTY);
        try (FileSystemBackend store = script.open(disk)) {
            for (int i = 0; i < script.commits(); i++) {
                Script.commit(store, i);
            }
        }
        victims.add(new Victim(
                script, half, script.commitsUpTo(OpenedStore.open(half).state())));
        victims.add(new Victim(script, disk.image(), script.commits()));
    }

    @Test
    void noFlippedBitGivesAWrongValue() {
        for (Victim victim : victims()) {
            for (String file : victim.files()) {
                // the record at the end can look like one whose write was cut off
                List<StoreState> expected = victim.last(isJournal(file) ? 2 : 1);
                List<Integer> bits = bits(victim.image.bytes(file));
                AtomicInteger next = new AtomicInteger();
                Effort.until(() -> next.get() >= bits.size(), any -> {
                    int index = next.getAndIncrement();
                    if (index < bits.size()) {
                        int bit = bits.get(index);
                        byte[] bytes = victim.image.bytes(file);
                        bytes[bit / 8] ^= (byte) (1 << (bit % 8));
                        damage.check(
                                victim.image.with(file, FileContent.of(bytes)),
                                expected,
                                "bit " + bit + " of " + file + " flipped");
                    }
                });
            }
        }
        assertThat(damage.tried()).isGreaterThan(Effort.of(100, 20_000));
    }

    private static boolean isJournal(String file) {
        return file.endsWith(".journal");
    }

    private static List<Integer> bits(byte[] bytes) {
        int used = Mutation.used(bytes);
        List<Integer> bits = new ArrayList<>();
        for (int bit = 0; bit < bytes.length * 8; bit += bit < used * 8 ? EVERY_BIT : EVERY_RESERVED_BIT) {
            bits.add(bit);
        }
        return bits;
    }

    @Test
    void noMutationGivesAWrongValue() {
        List<Victim> victims = victims();
        int count = Effort.of(300, 100_000);
        Effort.until(() -> damage.tried() >= count, seed -> mutate(victims, seed));
    }

    void mutate(List<Victim> victims, long seed) {
        Random random = new Random(seed);
        Victim victim = victims.get(random.nextInt(victims.size()));
        List<String> files = new ArrayList<>(victim.files());
        Collections.shuffle(files, random);
        String file = files.get(0);
        byte[] sound = victim.image.bytes(file);
        boolean exchanged = random.nextInt(8) == 0;
        byte[] bytes = exchanged ? victim.image.bytes(files.get(1)) : new Mutation(random).of(sound);
        if (isAnEdit(file, sound, bytes)) {
            return;
        }
        DiskImage damaged = victim.image.with(file, FileContent.of(bytes));
        if (exchanged) {
            damaged = damaged.with(files.get(1), FileContent.of(sound));
        }
        // more of a journal's end than a record can look as if it had never been written
        boolean journal = isJournal(file) || (exchanged && isJournal(files.get(1)));
        damage.check(damaged, victim.last(journal ? victim.commits + 1 : 1), "seed " + seed + ": " + file);
    }

    /** Whether a segment lacks lines at its end, and they are whole lines: that is how rows are deleted by hand. */
    private static boolean isAnEdit(String file, byte[] sound, byte[] bytes) {
        int end = bytes.length;
        return file.endsWith(".jsonl")
                && end < sound.length
                && Arrays.equals(sound, 0, end, bytes, 0, end)
                && (end == 0 || sound[end] == '\n' || sound[end - 1] == '\n');
    }
}
