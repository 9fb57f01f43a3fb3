package io.taskmover.storage.testkit.crash;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/**
 * The power goes at every operation that the file backend does on its disk, and every time the disk holds one of many
 * things. Each time the store opens, has every commit that was acknowledged, no part of one that was not, indexes that
 * agree with its rows and files that agree with both. The bounds of {@code FileStores} are so small that the power also
 * goes while the manifest is made compact, the journal begins a segment, and segments of lines are cut, joined and
 * renumbered. {@code make crash} does it at length.
 */
@Timeout(value = 20, unit = TimeUnit.MINUTES)
class PowerCutTest {
    /** In every build the power goes at every thirty-first operation only; which ones, changes with the seed. */
    private static final int EVERY = Effort.of(31, 1);

    private final CrashProof proof = new CrashProof(EVERY);
    private final long start = System.nanoTime();

    @AfterEach
    void tell(TestInfo test) {
        System.out.printf("%s: %s in %.0f s%n", test.getDisplayName(), proof, (System.nanoTime() - start) / 1e9);
    }

    @Test
    void noAcknowledgedCommitIsLostAndNoneIsHalfThere() {
        int images = Effort.of(600, 85_000);
        Effort.until(() -> proof.images() >= images, seed -> {
            Recording recording = Workload.of(seed).run(Effort.of(20, 30));
            proof.run(recording, seed, (image, state) -> {});
        });
        assertThat(proof.images()).isGreaterThanOrEqualTo(images);
        assertThat(proof.replayed()).isGreaterThanOrEqualTo(images / 2);
        assertThat(proof.turnovers().counts()).containsOnlyKeys(Turnovers.Kind.values());
    }

    @Test
    void commitsOfManyThreadsAreKeptInOrder() {
        int images = Effort.of(300, 15_000);
        Effort.until(() -> proof.images() >= images, seed -> {
            Recording recording = ConcurrentWorkload.run(seed, Effort.of(4, 8));
            proof.run(recording, seed, (image, state) -> {});
        });
        assertThat(proof.images()).isGreaterThanOrEqualTo(images);
        assertThat(proof.replayed()).isGreaterThanOrEqualTo(images / 2);
        assertThat(proof.turnovers().counts()).containsKey(Turnovers.Kind.JOURNAL_SEGMENT_CHANGED);
    }

    @Test
    void recoveryThatIsCutOffComesToTheSame() {
        int images = Effort.of(300, 12_000);
        CrashProof first = new CrashProof(EVERY);
        Effort.until(() -> proof.images() >= images, seed -> {
            Recording recording = Workload.of(seed).run(12);
            first.run(recording, seed, (image, state) -> {
                if (image.fingerprint() % Effort.of(16, 128) == 0 && proof.images() < images) {
                    Recording again = new Workload(image.fingerprint(), "sync", image, state)
                            .run((int) ((image.fingerprint() >>> 32) % 3));
                    proof.run(again, seed, (later, same) -> {});
                }
            });
        });
        assertThat(proof.images()).isGreaterThanOrEqualTo(images);
        assertThat(proof.replayed()).isGreaterThanOrEqualTo(images / 2);
        assertThat(proof.turnovers().counts()).containsKey(Turnovers.Kind.MANIFEST_MADE_COMPACT);
    }
}
