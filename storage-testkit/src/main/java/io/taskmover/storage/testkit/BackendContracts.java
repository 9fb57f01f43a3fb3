package io.taskmover.storage.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.config.StorageConfig;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;

/**
 * Every contract of a backend in one class: a subclass says where a store lies and inherits all the tests.
 *
 * <p>Contracts are interfaces and not nested classes, since a report then names each test with the backend's own class.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
// a backend that hangs is a failed test, not a build that stands still
@Timeout(value = 30, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
public abstract class BackendContracts
        implements StorageBackendContract,
                TypeRoundTripContract,
                QueryContract,
                ConcurrencyContract,
                HistoryContract,
                ModelContract,
                RowVersionsContract,
                VersionKeepingContract,
                PastRowsContract,
                RepositoryContract,
                MigrationContract,
                MetricsContract {
    private @Nullable BackendUnderTest subject;

    /** The URL of a store in a directory, which exists and is empty. */
    protected abstract String url(Path directory);

    /** Opens a store; to be overridden to put layers over it. */
    protected StorageBackend open(StorageConfig config) {
        return StorageBackend.open(config);
    }

    @Override
    public final BackendUnderTest subject() {
        if (subject == null) {
            throw new IllegalStateException("Stores are there while the tests of a class run");
        }
        return subject;
    }

    @BeforeAll
    final void prepareStores() {
        subject = new BackendUnderTest(this::url, this::open);
    }

    /** After everything that the contracts did to it the shared store has no fault. */
    @AfterAll
    final void verifyAndCloseStores() {
        try (BackendUnderTest stores = subject()) {
            assertThat(stores.shared().verify().problems()).isEmpty();
        }
    }
}
