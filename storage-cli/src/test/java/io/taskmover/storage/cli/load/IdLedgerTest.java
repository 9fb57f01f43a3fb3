package io.taskmover.storage.cli.load;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class IdLedgerTest {

    @Test
    void anIdIsNewOnceAndThenKnownByItsPlace() {
        IdLedger ids = new IdLedger();
        for (int i = 1; i <= 50_000; i++) {
            assertThat(ids.add("id-" + i, i)).isZero();
        }
        for (int i = 1; i <= 50_000; i++) {
            assertThat(ids.add("id-" + i, 99)).isEqualTo(i);
        }
    }
}
