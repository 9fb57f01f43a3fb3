package io.taskmover.storage.sql;

import static io.taskmover.storage.query.Field.field;
import static io.taskmover.storage.query.Query.where;
import static io.taskmover.storage.query.Sort.desc;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.Repository;
import io.taskmover.storage.Storage;
import io.taskmover.storage.error.ConstraintException;
import io.taskmover.storage.mapping.Alias;
import io.taskmover.storage.mapping.Entity;
import io.taskmover.storage.mapping.Id;
import io.taskmover.storage.schema.TableSchema;
import java.math.BigDecimal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tables that were there before the library, by classes that call their columns otherwise and know other constants. */
class ExistingTableEvolutionTest {
    @TempDir
    Path directory;

    enum State {
        @Alias("todo")
        OPEN,
        @Alias("done")
        DONE
    }

    record Note(
            @Id @Alias("note_no") long number,
            @Alias("note_text") String text,
            @Alias("amount") BigDecimal price,
            @Nullable State state) {}

    private void make(Connection connection) throws SQLException {
        try (connection;
                Statement statement = connection.createStatement()) {
            statement.execute("create table note (note_no bigint not null primary key, note_text varchar(40) not null,"
                    + " amount integer not null, state varchar(20), author varchar(20) default 'x')");
            statement.execute("create index note_by_text on note (note_text)");
            statement.execute("insert into note (note_no, note_text, amount, state) values"
                    + " (1, 'one', 10, 'todo'), (2, 'two', 20, 'parked'), (3, 'three', 30, 'done')");
        }
    }

    @Test
    void sqlite() throws SQLException {
        Path file = directory.resolve("store.db");
        make(DriverManager.getConnection("jdbc:sqlite:" + file));
        check("sqlite:" + file);
    }

    @Test
    void postgresql() throws SQLException {
        String url = PostgresServer.url();
        make(PostgresServer.connect(url));
        check(url);
    }

    @Test
    void mariadb() throws SQLException {
        String url = MariadbServer.url("mariadb");
        make(MariadbServer.connect(url));
        check(url);
    }

    private static void check(String url) {
        try (Storage storage = Storage.open(url)) {
            TableSchema before = storage.backend().schemaOf("note");
            Repository<Note, Long> notes =
                    storage.repository(Entity.of(Note.class, Long.class).index(Note::text));
            Note two = new Note(2, "two", new BigDecimal(20), null);
            assertThat(notes.findById(1L)).contains(new Note(1, "one", BigDecimal.TEN, State.OPEN));
            assertThat(notes.findById(2L)).contains(two);
            assertThat(notes.find(where(field(Note::text).atLeast("p")).orderBy(desc(Note::price))))
                    .extracting(Note::number)
                    .containsExactly(3L, 2L);
            assertThat(notes.find(where(field(Note::price).greaterThan(new BigDecimal("19.5")))))
                    .hasSize(2);
            assertThat(notes.findAll(Map.of("state", State.OPEN))).hasSize(1);
            notes.save(new Note(2, "changed", new BigDecimal("21.00"), null));
            notes.save(new Note(4, "four", BigDecimal.ONE, State.DONE));
            assertThatThrownBy(() -> notes.save(new Note(4, "four", new BigDecimal("1.5"), State.DONE)))
                    .isInstanceOf(ConstraintException.class)
                    .hasMessageContainingAll("amount", "changeType");
            assertThat(notes.findAll(Map.of("state", State.DONE)))
                    .extracting(Note::number)
                    .containsExactly(3L, 4L);
            assertThat(storage.backend().find("note", 2L).orElseThrow().toMap())
                    .containsEntry("note_text", "changed")
                    .containsEntry("amount", 21L)
                    .containsEntry("state", "parked")
                    .containsEntry("author", "x");
            assertThat(notes.unknownConstants()).hasSize(1);
            assertThat(storage.backend().schemaOf("note")).isEqualTo(before);
        }
    }
}
