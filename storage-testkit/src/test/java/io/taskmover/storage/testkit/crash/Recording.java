package io.taskmover.storage.testkit.crash;

import io.taskmover.storage.testkit.disk.DiskImage;
import io.taskmover.storage.testkit.disk.DiskOperation;
import io.taskmover.storage.testkit.disk.PowerCuts;
import java.util.List;

/** What a store did to its disk, and what it promised meanwhile. */
record Recording(DiskImage start, List<DiskOperation> log, History history, Turnovers turnovers) {
    PowerCuts powerCuts() {
        return new PowerCuts(start, log);
    }
}
