package io.taskmover.storage.testkit.history;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.Isolation;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class HistoryCheckerTest {
    private static final int SEEDS = 200;

    @ParameterizedTest
    @EnumSource
    void whatIsPlantedIsFoundWhereverItIs(Plant plant) {
        for (long seed = 0; seed < SEEDS; seed++) {
            History history = plant.in(seed, 60);
            for (Isolation level : Isolation.values()) {
                List<Finding> findings = HistoryChecker.check(history, level);
                if (plant.phenomenon.forbiddenAt(level)) {
                    assertThat(findings)
                            .as("seed %d at %s", seed, level)
                            .extracting(Finding::phenomenon)
                            .contains(plant.phenomenon);
                } else {
                    assertThat(findings).as("seed %d at %s", seed, level).isEmpty();
                }
            }
        }
    }

    @Test
    void everyPhenomenonIsPlanted() {
        assertThat(Arrays.stream(Plant.values()).map(plant -> plant.phenomenon)).contains(Phenomenon.values());
    }

    @ParameterizedTest
    @EnumSource
    void nothingIsFoundInAHistoryThatIsRight(Isolation level) {
        for (long seed = 0; seed < SEEDS; seed++) {
            for (int atOnce : new int[] {1, 3, 8}) {
                Simulation simulation = new Simulation(seed, level);
                simulation.run(150, atOnce);
                assertThat(HistoryChecker.check(simulation.history(), level))
                        .as("seed %d, %d at once", seed, atOnce)
                        .isEmpty();
            }
        }
    }

    @Test
    void aHistoryOfAWeakerLevelIsNotTakenForOneOfAStronger() {
        assertThat(found(Isolation.READ_COMMITTED, Isolation.SNAPSHOT))
                .contains(
                        Phenomenon.UNREPEATABLE_READ,
                        Phenomenon.LOST_UPDATE,
                        Phenomenon.LOST_APPEND,
                        Phenomenon.G_SINGLE)
                .allMatch(phenomenon -> !phenomenon.forbiddenAt(Isolation.READ_COMMITTED));
        assertThat(found(Isolation.SNAPSHOT, Isolation.SERIALIZABLE)).containsExactly(Phenomenon.G2_ITEM);
    }

    private static Set<Phenomenon> found(Isolation had, Isolation checked) {
        Set<Phenomenon> found = new TreeSet<>();
        for (long seed = 0; seed < 50; seed++) {
            Simulation simulation = new Simulation(seed, had);
            simulation.run(150, 4);
            HistoryChecker.check(simulation.history(), checked).forEach(finding -> found.add(finding.phenomenon()));
        }
        return found;
    }

    @Test
    @Timeout(value = 20, unit = TimeUnit.SECONDS)
    void aHundredThousandTransactionsAreCheckedInSeconds() {
        Simulation simulation = new Simulation(1, Isolation.SERIALIZABLE);
        simulation.run(100_000, 4);
        assertThat(HistoryChecker.check(simulation.history(), Isolation.SERIALIZABLE))
                .isEmpty();
    }

    @Test
    void aCycleIsToldSoThatOneCanFollowIt() {
        History history = Plant.WRITE_SKEW.in(1, 1);
        assertThat(HistoryChecker.check(history, Isolation.SERIALIZABLE))
                .singleElement()
                .satisfies(finding -> assertThat(finding.toString())
                        .startsWith("G2_ITEM: each of these before the next, and the last before the first:")
                        .containsPattern("T\\d+ = \\[read \\d+ \\[.*], append \\d+ to \\d+]")
                        .containsPattern("T\\d+ read list \\d+ before T\\d+ appended \\d+ \\(RW\\)"));
    }
}
