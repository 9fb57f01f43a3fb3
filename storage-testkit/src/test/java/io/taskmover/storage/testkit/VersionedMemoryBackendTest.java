package io.taskmover.storage.testkit;

import static io.taskmover.storage.schema.DataType.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.Verification;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.history.VersionedBackend;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/** A store that keeps versions of rows is one like any other. */
class VersionedMemoryBackendTest extends BackendContracts {
    @Override
    protected String url(Path directory) {
        return "memory:?versioningEnabled=true";
    }

    @Override
    protected StorageBackend open(StorageConfig config) {
        return VersionedBackend.over(super.open(config), config);
    }

    /** Versions are in the store and are checked like all the rest of it. */
    @Override
    @Test
    public void verifyCountsTablesAndRowsAndFindsNothingWrong() {
        try (OwnStore store = subject().ownStore()) {
            TestTable table = store.table("t", t -> t.column("id", TEXT).primaryKey("id"));
            table.insert("a");
            Verification verification = store.backend().verify();
            assertThat(verification.problems()).isEmpty();
            assertThat(verification.tables()).isEqualTo(2);
            assertThat(verification.rows()).isEqualTo(2);
        }
    }
}
