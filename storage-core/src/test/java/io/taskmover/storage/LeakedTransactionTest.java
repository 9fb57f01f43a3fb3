package io.taskmover.storage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.transaction.Transaction;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LeakedTransactionTest {
    record Note(String id, String text) {}

    private static void forgetOne(Storage storage) {
        storage.begin();
    }

    @Test
    @Timeout(60)
    void aTransactionThatNobodyCanReachIsReportedWithTheStackThatOpenedItAndRolledBack() throws Exception {
        try (LogListener log = new LogListener(Transaction.class);
                Storage storage = Storage.open("memory:")) {
            Repository<Note, String> notes = storage.repository(Note.class, String.class);
            Thread thread = new Thread(
                    () -> {
                        forgetOne(storage);
                        notes.save(new Note("a", "never committed"));
                    },
                    "forgetful");
            thread.start();
            thread.join();
            while (log.messages().isEmpty()) {
                System.gc();
                LockSupport.parkNanos(Duration.ofMillis(1).toNanos());
            }
            assertThat(log.messages())
                    .singleElement()
                    .asString()
                    .contains("'forgetful'", "rolled back now", "LeakedTransactionTest.forgetOne");
            assertThat(notes.count()).isZero();
        }
    }

    @Test
    void aTransactionThatIsOpenWhenItsStoreIsClosedIsReported() {
        try (LogListener log = new LogListener(Transaction.class)) {
            Storage storage = Storage.open("memory:");
            forgetOne(storage);
            storage.close();
            assertThat(log.messages())
                    .singleElement()
                    .asString()
                    .contains("still open", "LeakedTransactionTest.forgetOne");
        }
    }

    @Test
    void whoBeginsAgainIsToldWhereTheFirstWasBegun() {
        try (Storage storage = Storage.open("memory:");
                LogListener log = new LogListener(Transaction.class)) {
            Transaction first = storage.begin();
            assertThatThrownBy(storage::begin)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining(first.id())
                    .hasStackTraceContaining("whoBeginsAgainIsToldWhereTheFirstWasBegun");
            first.close();
            assertThat(log.messages()).isEmpty();
        }
    }
}
