package io.taskmover.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.config.StorageConfig;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Cuts the power of a file system under processes that write to a database on it: an ext4 in a file, mounted by a loop
 * device and shut down at once, so that what is not forced by then never reaches the file. Half of the times the file
 * system's own journal is lost too as far as it was not forced.
 *
 * <p>What counts is what was heard before the cut. A force that is under way when the file system is shut down may be
 * answered as if it had succeeded, about once in sixty cuts also for a program that does nothing but append and force;
 * of a machine without power nobody hears that.
 *
 * <p>That takes Linux, its superuser and Python for the one call that Java has not. It is run by {@code make crash} and
 * by no build, which could not be the same everywhere.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class SqlitePowerCuts {
    private static final int CUTS = 40;
    private static final long IMAGE_BYTES = 192 << 20;
    /** Waits for a line and then calls {@code EXT4_IOC_SHUTDOWN}, with a flag that says what becomes of the journal. */
    private static final String SHUT_DOWN =
            "import fcntl, os, struct, sys; disk = os.open(sys.argv[1], os.O_RDONLY); sys.stdin.readline();"
                    + " fcntl.ioctl(disk, 0x8004587d, struct.pack('I', int(sys.argv[2])))";

    private static final int JOURNAL_FORCED = 1;
    private static final int JOURNAL_LOST = 2;

    @TempDir
    Path directory;

    private Path image() {
        return directory.resolve("disk.img");
    }

    private Path mounted() {
        return directory.resolve("disk");
    }

    private String url() {
        return "sqlite:" + mounted().resolve("store.db");
    }

    /** A command that did not do what it is for. */
    private static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    private static Process start(String... command) throws Refused {
        try {
            return new ProcessBuilder(command).redirectErrorStream(true).start();
        } catch (IOException e) {
            throw new Refused(String.valueOf(e.getMessage()));
        }
    }

    private static void end(Process process) throws IOException, Refused, InterruptedException {
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new Refused(said.strip());
        }
    }

    private static void run(String... command) throws Exception {
        end(start(command));
    }

    private void mount() throws Exception {
        run("mount", "-o", "loop", image().toString(), mounted().toString());
    }

    private void unmount() throws Exception {
        run("umount", mounted().toString());
    }

    /** Has a finger on the switch. */
    private Process readyToCut(int journal) throws Refused {
        return start("python3", "-c", SHUT_DOWN, mounted().toString(), Integer.toString(journal));
    }

    private static void cut(Process ready) throws Exception {
        ready.getOutputStream().write('\n');
        ready.getOutputStream().flush();
        end(ready);
    }

    /** Makes the disk, and sees whether its power can be cut. */
    private void makeDisk() throws Exception {
        try (var file = Files.newByteChannel(image(), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            file.position(IMAGE_BYTES - 1).write(ByteBuffer.allocate(1));
        }
        Files.createDirectory(mounted());
        try {
            run("mkfs.ext4", "-q", "-F", image().toString());
            mount();
            try {
                cut(readyToCut(JOURNAL_LOST));
            } finally {
                unmount();
            }
        } catch (Refused e) {
            System.out.println("power cuts: NOT POSSIBLE HERE, and not done: " + e.getMessage());
            Assumptions.abort(e.getMessage());
        }
    }

    @Test
    void whatWasAcknowledgedBeforeThePowerWentIsThereAndNothingIsHalfDone() throws Exception {
        makeDisk();
        mount();
        try (StorageBackend store = StorageBackend.open(StorageConfig.of(url()))) {
            store.createTable(PairsChild.PAIRS);
        }
        Random random = new Random(23);
        AcknowledgedPairs acknowledged = new AcknowledgedPairs();
        int lost = 0;
        try {
            for (int cut = 0; cut < CUTS; cut++) {
                int journal = cut % 2 == 0 ? JOURNAL_LOST : JOURNAL_FORCED;
                Path unforced = mounted().resolve("unforced-" + cut);
                writeUntilCut(acknowledged, 20 + random.nextInt(400), random.nextInt(3_000_000), unforced, journal);
                unmount();
                mount();
                lost += Files.exists(unforced)
                                && Files.size(unforced) == unforced.toString().length()
                        ? 0
                        : 1;
                try (StorageBackend store = StorageBackend.open(StorageConfig.of(url()))) {
                    acknowledged.requireIn(store);
                }
            }
        } finally {
            unmount();
        }
        System.out.printf(
                "sqlite: %d power cuts, what was written just before and not forced was lost in %d of them;"
                        + " acknowledged writes: %d, none lost%n",
                CUTS, lost, acknowledged.count());
        assertThat(lost)
                .as("cuts after which something that was not forced is lost")
                .isGreaterThan(CUTS / 2);
    }

    private void writeUntilCut(AcknowledgedPairs acknowledged, int writes, int nanos, Path unforced, int journal)
            throws Exception {
        Process child = ChildJvm.start(PairsChild.class, url(), acknowledged.highest());
        try (BufferedReader reports = child.inputReader(StandardCharsets.UTF_8)) {
            Process ready = readyToCut(journal);
            assertThat(reports.readLine()).isEqualTo("opening");
            acknowledged.read(reports, writes);
            LockSupport.parkNanos(nanos);
            Files.writeString(unforced, unforced.toString());
            acknowledged.readReady(reports);
            cut(ready);
        } finally {
            child.destroyForcibly().waitFor();
        }
    }
}
