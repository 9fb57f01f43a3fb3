package io.taskmover.storage.testkit;

import org.junit.jupiter.api.Test;

class CapabilitiesTest {

    @Test
    void theCoreBackendsDeclareWhatWasReviewed() {
        CapabilitiesGolden.assertReviewed(CapabilitiesTest.class, "/capabilities.golden", provider -> true);
    }
}
