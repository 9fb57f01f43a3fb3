package io.taskmover.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.Repository;
import io.taskmover.storage.Storage;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.transaction.GlobalTransaction;
import io.taskmover.storage.transaction.TransactionManager;
import io.taskmover.storage.transaction.TransactionState;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A server is killed while a transaction over it and a folder of files is prepared in it: a server of this test's own. */
@Timeout(180)
abstract class KilledServerContract {
    /** Of the branches' steps, before and after which something happens: 1 and 2 are the decision's. */
    private static final int PREPARED = 4;

    private static final int DECIDED = 6;

    record Item(String id, long n) {}

    @TempDir
    Path root;

    /** Starts the server, or starts it again where it was. */
    abstract void start() throws Exception;

    /** Kills it, and waits until the last of its processes is gone. */
    abstract void kill() throws Exception;

    /** The URL of a database in it. */
    abstract String url();

    @BeforeEach
    void begin() throws Exception {
        start();
    }

    @AfterEach
    void end() throws Exception {
        kill();
    }

    private static void unchecked(Step step) {
        try {
            step.run();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private interface Step {
        void run() throws Exception;
    }

    /** Saves a row in both stores; at a step of the commit something happens. */
    private GlobalTransaction commit(Storage folder, Storage database, int at, Step happening) {
        AtomicInteger steps = new AtomicInteger();
        Runnable step = () -> {
            if (steps.incrementAndGet() == at) {
                unchecked(happening);
            }
        };
        Repository<Item, String> inFolder = folder.repository(Item.class, String.class);
        Repository<Item, String> inDatabase = database.repository(Item.class, String.class);
        GlobalTransaction transaction = TransactionManager.across(
                        new SteppedParticipant(folder, step), new SteppedParticipant(database, step))
                .begin();
        inFolder.save(new Item("a", 1));
        inDatabase.save(new Item("a", 1));
        return transaction;
    }

    private void assertBothHave(boolean there) {
        try (Storage folder = Storage.open("file:" + root.resolve("files"));
                Storage database = Storage.open(url())) {
            assertThat(database.backend().inDoubt()).isEmpty();
            assertThat(folder.repository(Item.class, String.class).exists("a")).isEqualTo(there);
            assertThat(database.repository(Item.class, String.class).exists("a"))
                    .isEqualTo(there);
        }
    }

    @Test
    void whatIsPreparedIsCommittedAfterTheServerWasStartedAgain() throws Exception {
        try (Storage folder = Storage.open("file:" + root.resolve("files"));
                Storage database = Storage.open(url())) {
            try (GlobalTransaction transaction = commit(folder, database, PREPARED, () -> {
                kill();
                start();
            })) {
                transaction.commit();
            }
        }
        assertBothHave(true);
    }

    @Test
    void whatIsDecidedWhileTheServerIsDownIsCommittedWhenTheDatabaseIsOpened() throws Exception {
        try (Storage folder = Storage.open("file:" + root.resolve("files"));
                Storage database = Storage.open(url())) {
            try (GlobalTransaction transaction = commit(folder, database, DECIDED, this::kill)) {
                assertThatThrownBy(transaction::commit)
                        .isInstanceOf(StorageException.class)
                        .hasMessageContaining("is committed");
                assertThat(transaction.state()).isEqualTo(TransactionState.COMMITTED);
            }
        }
        start();
        assertBothHave(true);
    }

    @Test
    void whatIsNotDecidedWhileTheServerIsDownIsRolledBackWhenTheDatabaseIsOpened() throws Exception {
        try (Storage folder = Storage.open("file:" + root.resolve("files"));
                Storage database = Storage.open(url())) {
            try (GlobalTransaction transaction = commit(folder, database, PREPARED, () -> {
                kill();
                throw new IllegalStateException("and something else fails");
            })) {
                assertThatThrownBy(transaction::commit).hasRootCauseMessage("and something else fails");
                assertThat(transaction.state()).isEqualTo(TransactionState.ROLLED_BACK);
            }
        }
        start();
        assertBothHave(false);
    }
}
