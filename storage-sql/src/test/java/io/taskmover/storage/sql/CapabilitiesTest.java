package io.taskmover.storage.sql;

import io.taskmover.storage.testkit.CapabilitiesGolden;
import org.junit.jupiter.api.Test;

class CapabilitiesTest {

    @Test
    void theRelationalBackendsDeclareWhatWasReviewed() {
        CapabilitiesGolden.assertReviewed(
                CapabilitiesTest.class,
                "/capabilities-sql.golden",
                provider -> provider.getClass().getPackage() == SqliteProvider.class.getPackage());
    }
}
