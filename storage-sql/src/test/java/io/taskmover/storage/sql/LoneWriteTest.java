package io.taskmover.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.ConnectionException;
import io.taskmover.storage.error.ConstraintException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.schema.Check;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Writes of one row that PostgreSQL is sent by themselves, without a transaction around them. */
class LoneWriteTest {
    private static final TableSchema NOTES = TableSchema.builder("notes")
            .column("id", DataType.INTEGER)
            .column("text", DataType.TEXT)
            .primaryKey("id")
            .build();

    private final String url = PostgresServer.url();

    private static List<Row> note(long id, String text) {
        return List.of(Row.of(NOTES.rowType(), id, text));
    }

    /** The store knows the table from here on. */
    private static void makeNotes(StorageBackend store) {
        store.createTable(NOTES);
        store.write("notes", WriteMode.UPSERT, note(1, "first"));
    }

    private long committed() throws SQLException {
        try (Connection connection = PostgresServer.connect(url);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("select txid_snapshot_xmax(txid_current_snapshot())")) {
            assertThat(row.next()).isTrue();
            return row.getLong(1);
        }
    }

    @Test
    void keepsTheRulesOfATableThatAnotherStoreMadeAnew() {
        try (StorageBackend one = StorageBackend.open(StorageConfig.of(url));
                StorageBackend other = StorageBackend.open(StorageConfig.of(url))) {
            makeNotes(one);
            other.write("notes", WriteMode.UPSERT, note(1, "other"));
            other.write("notes", WriteMode.UPSERT, note(1, "other again"));
            try (BackendTransaction transaction = one.begin(TransactionOptions.DEFAULT)) {
                transaction.catalog().drop("notes");
                transaction
                        .catalog()
                        .create(TableSchema.builder("notes")
                                .column("id", DataType.INTEGER)
                                .column(Column.of("text", DataType.TEXT).withCheck(new Check.Length(0, 3)))
                                .primaryKey("id")
                                .build());
                transaction.commit();
            }
            assertThatThrownBy(() -> other.write("notes", WriteMode.UPSERT, note(1, "long")))
                    .isInstanceOf(ConstraintException.class)
                    .hasMessageContaining("length of at most 3");
            assertThat(one.find("notes", 1L)).isEmpty();
            other.write("notes", WriteMode.UPSERT, note(1, "fit"));
            assertThat(one.find("notes", 1L).orElseThrow().get("text")).isEqualTo("fit");
        }
    }

    @Test
    void fillsAColumnThatAnotherStoreAdded() {
        try (StorageBackend one = StorageBackend.open(StorageConfig.of(url));
                StorageBackend other = StorageBackend.open(StorageConfig.of(url))) {
            makeNotes(one);
            other.write("notes", WriteMode.UPSERT, note(2, "before"));
            try (BackendTransaction transaction = one.begin(TransactionOptions.DEFAULT)) {
                transaction
                        .catalog()
                        .addColumn("notes", Column.of("n", DataType.INTEGER).withDefault(5L));
                transaction.commit();
            }
            List<Row> stored = other.write("notes", WriteMode.INSERT, note(3, "after"));
            assertThat(stored.get(0).get("n")).isEqualTo(5L);
            assertThat(one.find("notes", 3L)).contains(stored.get(0));
        }
    }

    @Test
    void isOneTransactionAndSaysWhetherARowWasThere() throws SQLException {
        try (StorageBackend store = StorageBackend.open(StorageConfig.of(url))) {
            makeNotes(store);
            long before = committed();
            store.write("notes", WriteMode.UPSERT, note(1, "second"));
            store.write("notes", WriteMode.INSERT, note(2, "new"));
            assertThat(store.delete("notes", 1L)).isTrue();
            assertThat(committed() - before).isEqualTo(3);
            assertThat(store.delete("notes", 1L)).isFalse();
            assertThat(store.find("notes", 2L)).contains(note(2, "new").get(0));
        }
    }

    @Test
    void isInDoubtAndNotToBeRunAgainIfItsAnswerIsLost() throws IOException {
        try (Relay relay = Relay.to(URI.create(url).getPort());
                StorageBackend store = StorageBackend.open(StorageConfig.of(
                        url.replace(":" + URI.create(url).getPort() + "/", ":" + relay.port() + "/")));
                StorageBackend direct = StorageBackend.open(StorageConfig.of(url))) {
            makeNotes(store);
            relay.cutAtNextAnswer();
            assertThatThrownBy(() -> store.write("notes", WriteMode.UPSERT, note(1, "second")))
                    .isInstanceOf(ConnectionException.class)
                    .hasMessageContaining("lost during a commit")
                    .satisfies(
                            e -> assertThat(((StorageException) e).retryable()).isFalse());
            assertThat(direct.find("notes", 1L)).contains(note(1, "second").get(0));
            store.write("notes", WriteMode.UPSERT, note(1, "third"));
            assertThat(direct.find("notes", 1L)).contains(note(1, "third").get(0));
        }
    }

    /** Passes on what a client and a server say to each other, until it is told to swallow an answer and hang up. */
    private static final class Relay implements AutoCloseable {
        private final ServerSocket socket;
        private final int server;
        private volatile boolean cutting;

        private Relay(ServerSocket socket, int server) {
            this.socket = socket;
            this.server = server;
        }

        static Relay to(int server) throws IOException {
            Relay relay = new Relay(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()), server);
            run(relay::accept);
            return relay;
        }

        int port() {
            return socket.getLocalPort();
        }

        void cutAtNextAnswer() {
            cutting = true;
        }

        private void accept() throws IOException {
            while (true) {
                Socket client = socket.accept();
                Socket upstream = new Socket(InetAddress.getLoopbackAddress(), server);
                run(() -> pass(client, upstream, false));
                run(() -> pass(upstream, client, true));
            }
        }

        private void pass(Socket from, Socket to, boolean answers) throws IOException {
            byte[] buffer = new byte[8192];
            try (from;
                    to) {
                InputStream in = from.getInputStream();
                OutputStream out = to.getOutputStream();
                for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                    if (answers && cutting) {
                        cutting = false;
                        return;
                    }
                    out.write(buffer, 0, read);
                }
            }
        }

        private interface Work {
            void run() throws IOException;
        }

        private static void run(Work work) {
            Thread thread = new Thread(() -> {
                try {
                    work.run();
                } catch (IOException e) {
                    // one side has hung up: the other notices
                }
            });
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
