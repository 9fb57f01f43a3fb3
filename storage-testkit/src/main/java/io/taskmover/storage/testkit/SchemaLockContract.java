package io.taskmover.storage.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.Repository;
import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.error.ConstraintException;
import io.taskmover.storage.error.MigrationException;
import io.taskmover.storage.error.StorageException;
import io.taskmover.storage.mapping.Entity;
import io.taskmover.storage.migration.Change;
import io.taskmover.storage.migration.Migration;
import io.taskmover.storage.migration.MigrationDirectory;
import io.taskmover.storage.migration.MigrationManager;
import io.taskmover.storage.migration.MigrationState;
import io.taskmover.storage.migration.MigrationStatus;
import io.taskmover.storage.migration.SchemaLock;
import io.taskmover.storage.migration.SchemaLockError;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.testkit.SchemaLockCases.Case;
import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.math.BigDecimal;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What {@link SchemaLock} says of a change of a class is what really happens to rows that were written before; and the migrations
 * that it begins mend it. Some sixty classes are mapped and stored for that, so that not every stack of layers has this one: a
 * test that extends {@link BackendContracts} may implement it.
 */
public interface SchemaLockContract extends Contract {

    @Test
    @Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    default void theVerdictOfALockIsWhatReallyHappens(@TempDir Path directory) {
        forEachCase((change, table) -> {
            String hurt = harm(change, table);
            Optional<SchemaLockError> refused = verdict(change, table, directory.resolve(table));
            assertThat(refused.map(SchemaLockError::getMessage).orElse("passes"))
                    .as("the lock, where the harm is: " + hurt)
                    .matches(text -> text.equals("passes") == change.compatible());
            assertThat(hurt == null).as("no harm, but: " + hurt).isEqualTo(change.compatible());
        });
    }

    @Test
    @Timeout(value = 300, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    default void theMigrationThatALockBeginsMendsWhatItRefuses(@TempDir Path directory) {
        forEachCase((change, table) -> {
            if (!change.compatible()) {
                mend(change, table, directory.resolve(table));
            }
        });
    }

    /** What is done with one case and the name of a table that is not there. */
    @FunctionalInterface
    interface CaseTest {
        void run(Case<?, ?> change, String table) throws IOException;
    }

    /** The tables have the same names each time, so that mappings of their classes, which cost most here, are made once. */
    private void forEachCase(CaseTest test) {
        List<String> wrong = new ArrayList<>();
        for (Case<?, ?> change : SchemaLockCases.all()) {
            String table = "lock" + Integer.toHexString(change.name().hashCode());
            try {
                test.run(change, table);
            } catch (StorageException | IOException | AssertionError e) {
                wrong.add(change + ": " + e);
            } finally {
                drop(table);
            }
        }
        assertThat(wrong).isEmpty();
    }

    private void drop(String table) {
        try (BackendTransaction transaction = subject().storage().backend().begin(TransactionOptions.DEFAULT)) {
            if (transaction.catalog().table(table).isPresent()) {
                transaction.catalog().drop(table);
                transaction.commit();
            }
        }
    }

    /** What the lock says; empty if it passes. */
    private <A, B> Optional<SchemaLockError> verdict(Case<A, B> change, String table, Path directory) {
        Path lock = directory.resolve("schema.lock");
        String former = System.setProperty(SchemaLock.MODE, "write");
        try {
            SchemaLock.check(lock, change.before().table(table));
            SchemaLock.check(lock, change.after().table(table));
            return Optional.empty();
        } catch (SchemaLockError e) {
            return Optional.of(e);
        } finally {
            if (former == null) {
                System.clearProperty(SchemaLock.MODE);
            } else {
                System.setProperty(SchemaLock.MODE, former);
            }
        }
    }

    private <A, B> void mend(Case<A, B> change, String table, Path directory) throws IOException {
        Optional<Path> written = verdict(change, table, directory).orElseThrow().migration();
        if (written.isEmpty()) {
            assertThat(change.completion()).as("how the migration is completed").isNull();
            return;
        }
        Path file = written.get();
        String text = Files.readString(file);
        store(change.before().table(table), change.rows());
        boolean open = text.contains("\"todo\"");
        if (open || change.completion() == null) {
            assertThatThrownBy(() -> apply(directory, table))
                    .isInstanceOf(MigrationException.class)
                    .hasMessageContaining(open ? "is not complete: TODO" : "could not be applied");
        }
        if (change.completion() == null) {
            return;
        }
        String decided = text.replaceAll("\\{\\s*\"todo\": \"(?:[^\"\\\\]|\\\\.)*\"\\s*\\},?", "");
        Files.writeString(file, change.completion().apply(decided).replace("\"T\"", "\"" + table + "\""));
        apply(directory, table);
        Repository<B, ?> after = subject().storage().repository(change.after().table(table));
        after.saveAll(after.findAll());
        assertThat(after.count()).isEqualTo(change.rows().size());
        List<Row> rows = rows(table);
        List<B> loaded = after.findAll();
        for (int i = 0; i < rows.size(); i++) {
            Entity<B, ?> entity = change.after().table(table);
            validate(entity, rows.get(i), entity.toRow(loaded.get(i)));
        }
        after.insert(change.inserted());
        assertThat(after.findAll()).contains(change.inserted());
    }

    private void apply(Path directory, String table) {
        MigrationManager manager = new MigrationManager(subject().storage().backend())
                .outOfOrder(true)
                .allowDestructive(true);
        // the store is that of other changes too, so that the versions must not be the same
        for (Migration migration : MigrationDirectory.read(directory)) {
            manager.register(Migration.of(
                    Long.parseLong(table.substring(4), 16) + "." + migration.version(),
                    migration.description(),
                    migration.changes().toArray(new Change[0])));
        }
        try {
            manager.apply();
        } finally {
            for (MigrationStatus status : manager.status()) {
                if (status.state() != MigrationState.PENDING) {
                    manager.forget(status.version().toString()); // those of the next change are others
                }
            }
        }
    }

    /** What a change does to rows from before that should not be; null if nothing. */
    private <A, B> @Nullable String harm(Case<A, B> change, String table) {
        Entity<A, ?> before = change.before().table(table);
        Entity<B, ?> after = change.after().table(table);
        store(before, change.rows());
        List<Row> were = rows(table);
        try {
            Repository<B, ?> repository = subject().storage().repository(after);
            List<B> loaded = repository.findAll();
            if (loaded.size() != were.size()) {
                return "rows are not found";
            }
            for (int i = 0; i < were.size(); i++) {
                Row is = after.toRow(loaded.get(i));
                String lost = lost(change, were.get(i), is);
                lost = lost == null ? underAnotherName(were.get(i), is) : lost;
                if (lost != null) {
                    return "loaded, " + lost;
                }
            }
            List<Row> opened = rows(table);
            for (int i = 0; i < opened.size(); i++) {
                validate(after, opened.get(i), after.toRow(loaded.get(i)));
                requireWritten(loaded.get(i), opened.get(i));
            }
            loaded.forEach(repository::save);
            List<Row> saved = rows(table);
            for (int i = 0; i < were.size(); i++) {
                String lost = lost(change, were.get(i), saved.get(i));
                if (lost != null) {
                    return "saved, " + lost;
                }
            }
            B inserted = repository.insert(change.inserted());
            if (!repository.findAll().contains(inserted)) {
                return "what is inserted is not found";
            }
            boolean counted = after.schema().versionColumn().isEmpty() || isCounted(after, inserted);
            return counted ? null : "writes are not counted";
        } catch (StorageException | AssertionError e) {
            return e.toString();
        }
    }

    private <B> boolean isCounted(Entity<B, ?> entity, B inserted) {
        Object key = Objects.requireNonNull(entity.keyOf(inserted));
        Row stored =
                subject().storage().backend().find(entity.schema().name(), key).orElseThrow();
        return Objects.equals(1L, stored.get(entity.schema().versionColumn().orElseThrow()));
    }

    private <A> void store(Entity<A, ?> entity, List<A> rows) {
        subject().storage().repository(entity).saveAll(rows);
    }

    private List<Row> rows(String table) {
        StorageBackend backend = subject().storage().backend();
        return backend.select(Select.from(table), row -> row);
    }

    /** Which value of a row is another in what became of it; null if none. Columns that are not there are not lost. */
    private static @Nullable String lost(Case<?, ?> change, Row was, Row is) {
        for (Map.Entry<String, @Nullable Object> value : was.toMap().entrySet()) {
            int column = is.type().indexOf(value.getKey());
            boolean compared = column >= 0 && !value.getKey().equals("version");
            if (compared && !isSame(renamed(change, value.getValue()), renamed(change, is.get(column)))) {
                return value + " is " + is.get(column);
            }
        }
        return null;
    }

    /** A value with the names of now, where the change gives any others. */
    private static @Nullable Object renamed(Case<?, ?> change, @Nullable Object value) {
        if (value instanceof Map<?, ?> map) {
            Map<Object, @Nullable Object> members = new TreeMap<>();
            map.forEach((name, member) ->
                    members.put(change.renamed().getOrDefault(name, (String) name), renamed(change, member)));
            return members;
        }
        if (value instanceof List<?> list) {
            return list.stream().map(item -> renamed(change, item)).toList();
        }
        return value instanceof String text ? change.renamed().getOrDefault(text, text) : value;
    }

    /** Whether a value seems to have been looked for under another name: one is gone, and another is null. */
    private static @Nullable String underAnotherName(Row was, Row is) {
        for (Map.Entry<String, @Nullable Object> gone : was.toMap().entrySet()) {
            for (Map.Entry<String, @Nullable Object> empty : is.toMap().entrySet()) {
                boolean renamed = is.type().indexOf(gone.getKey()) < 0
                        && gone.getValue() != null
                        && was.type().indexOf(empty.getKey()) < 0
                        && empty.getValue() == null;
                if (renamed) {
                    return gone + " is not found under " + empty.getKey();
                }
            }
        }
        return null;
    }

    private static boolean isSame(@Nullable Object a, @Nullable Object b) {
        if (a instanceof Number && b instanceof Number) {
            return new BigDecimal(a.toString()).compareTo(new BigDecimal(b.toString())) == 0;
        }
        if (a instanceof List<?> x && b instanceof List<?> y && x.size() == y.size()) {
            for (int i = 0; i < x.size(); i++) {
                if (!isSame(x.get(i), y.get(i))) {
                    return false;
                }
            }
            return true;
        }
        if (a instanceof Map<?, ?> x && b instanceof Map<?, ?> y && x.keySet().equals(y.keySet())) {
            return x.keySet().stream().allMatch(key -> isSame(x.get(key), y.get(key)));
        }
        return Objects.equals(a, b);
    }

    /** A primitive that was never written reads as zero. */
    private static void requireWritten(Object loaded, Row row) {
        for (RecordComponent component : loaded.getClass().getRecordComponents()) {
            int column = row.type().indexOf(component.getName());
            boolean invented = component.getType().isPrimitive() && column >= 0 && row.get(column) == null;
            assertThat(invented)
                    .as(component + " of " + row + " was never written")
                    .isFalse();
        }
    }

    /**
     * A row as the class would have its table: what was never written is not null there.
     *
     * @param loaded the same as it was loaded, for columns that have another name in the table
     */
    private static void validate(Entity<?, ?> entity, Row row, Row loaded) {
        RowType type = entity.schema().rowType();
        @Nullable Object[] values = new @Nullable Object[type.size()];
        for (int i = 0; i < values.length; i++) {
            int column = row.type().indexOf(type.column(i).name());
            Object value = column < 0 ? loaded.get(i) : row.get(column);
            values[i] = value instanceof Number ? type.column(i).type().coerce(value) : value;
        }
        try {
            entity.schema().validate(Row.of(type, values));
        } catch (ConstraintException e) {
            throw new AssertionError("a row from before is not as the class says: " + e.getMessage(), e);
        }
    }
}
