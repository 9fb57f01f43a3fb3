package io.taskmover.storage.sql;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Row;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** What processes that are gone said they had committed, to be compared with what is there. */
final class AcknowledgedPairs {
    private static final String ACKNOWLEDGEMENT = "\\d+-\\d+ \\d+";

    private final Map<String, Long> pairs = new HashMap<>();
    private long highest;
    private long lines;

    /** Reads so many acknowledgements of a process that writes. */
    void read(BufferedReader reports, int count) throws IOException {
        for (int i = 0; i < count; i++) {
            readOne(reports);
        }
    }

    /** Reads what a process has said until now. */
    void readReady(BufferedReader reports) throws IOException {
        while (reports.ready()) {
            readOne(reports);
        }
    }

    private void readOne(BufferedReader reports) throws IOException {
        String line = Objects.requireNonNull(reports.readLine(), "the child ended by itself");
        assertThat(line).matches(ACKNOWLEDGEMENT);
        note(line);
    }

    /** Reads what a process said before it was gone. */
    void readRest(BufferedReader reports) throws IOException {
        for (String line = reports.readLine(); line != null; line = reports.readLine()) {
            // the last line may be cut off: a number that lacks digits asks for less than is due
            if (line.matches(ACKNOWLEDGEMENT)) {
                note(line);
            }
        }
    }

    private void note(String line) {
        String[] words = line.split(" ");
        long number = Long.parseLong(words[1]);
        pairs.merge(words[0], number, Math::max);
        highest = Math.max(highest, number);
        lines++;
    }

    /** The highest number that is known to have been written: the next process is to write higher ones. */
    long highest() {
        return highest;
    }

    /** How many writes were acknowledged. */
    long count() {
        return lines;
    }

    /** Nothing acknowledged is lost, nothing is half done, and the database has nothing to complain of. */
    void requireIn(StorageBackend store) {
        assertThat(store.verify().problems()).isEmpty();
        Map<Object, Long> rows = new HashMap<>();
        try (BackendTransaction transaction = store.begin(TransactionOptions.READ_ONLY);
                RowCursor cursor = transaction.select(Select.from("pairs"))) {
            for (Row row = cursor.next(); row != null; row = cursor.next()) {
                rows.put(row.get("id"), (Long) row.get("n"));
            }
        }
        pairs.forEach((pair, number) -> assertThat(rows.get(pair + "a"))
                .as("the acknowledged %s", pair)
                .isNotNull()
                .isGreaterThanOrEqualTo(number));
        rows.forEach((id, number) -> {
            String twin = id.toString().replaceFirst("a$", "b");
            assertThat(rows.get(twin)).as("both rows of %s", twin).isEqualTo(number);
            highest = Math.max(highest, number);
        });
    }
}
