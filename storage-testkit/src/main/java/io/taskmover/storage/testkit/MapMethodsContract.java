package io.taskmover.storage.testkit;

import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.JSON;
import static io.taskmover.storage.schema.DataType.TEXT;
import static io.taskmover.storage.schema.DataType.TIMESTAMP;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.CompositeKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** The specification's create, insert, select, update and delete of plain maps. */
interface MapMethodsContract extends Contract {

    private TestTable notes() {
        return table(t -> t.column("id", TEXT)
                .column("n", INTEGER)
                .column(Column.of("status", TEXT).withDefault("NEW"))
                .column("at", TIMESTAMP)
                .column("data", JSON)
                .primaryKey("id"));
    }

    private static List<Map<String, @Nullable Object>> select(TestTable table, Map<String, ?> filters) {
        return table.store().select(table.name(), filters, List.of(), null);
    }

    @Test
    default void anInsertedMapIsSelectedWithItsDefaults() {
        TestTable notes = notes();
        Object id = notes.store()
                .insert(notes.name(), Map.of("id", "a", "n", 7, "at", "2026-01-02T03:04:05Z", "data", List.of(1, 2)));
        assertThat(id).isEqualTo("a");
        assertThat(select(notes, Map.of()))
                .containsExactly(Map.of(
                        "id",
                        "a",
                        "n",
                        7L,
                        "status",
                        "NEW",
                        "at",
                        Instant.parse("2026-01-02T03:04:05Z"),
                        "data",
                        List.of(1L, 2L)));
    }

    @Test
    default void aMapWithAnUnknownColumnOrAWrongValueIsRefused() {
        TestTable notes = notes();
        assertThatThrownBy(() -> notes.store().insert(notes.name(), Map.of("id", "a", "shoe", 42)))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("shoe");
        assertThatThrownBy(() -> notes.store().insert(notes.name(), Map.of("id", "a", "n", "seven")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("seven");
        notes.store().insert(notes.name(), Map.of("id", "a"));
        assertThatThrownBy(() -> notes.store().insert(notes.name(), Map.of("id", "a")))
                .isInstanceOf(DuplicateKeyException.class);
        assertThat(notes.rows()).hasSize(1);
    }

    @Test
    default void filtersAreJoinedByAndMatchNullAndCollections() {
        TestTable notes = notes();
        StorageBackend store = notes.store();
        store.insert(notes.name(), Map.of("id", "c", "n", 1, "status", "DONE"));
        store.insert(notes.name(), Map.of("id", "a", "n", 1));
        store.insert(notes.name(), Map.of("id", "b", "n", 2, "data", Map.of("k", Map.of("deep", "v"))));
        store.insert(notes.name(), Map.of("id", "d"));
        assertThat(select(notes, Map.of("n", 1))).extracting("id").containsExactly("a", "c");
        assertThat(select(notes, Map.of("n", 1, "status", "DONE")))
                .extracting("id")
                .containsExactly("c");
        assertThat(select(notes, Collections.singletonMap("n", null)))
                .extracting("id")
                .containsExactly("d");
        assertThat(select(notes, Map.of("n", List.of(2, 3)))).extracting("id").containsExactly("b");
        assertThat(select(notes, Map.of("n", Arrays.asList(2, null))))
                .extracting("id")
                .containsExactly("b");
        assertThat(select(notes, Map.of("n", List.of()))).isEmpty();
        assertThat(select(notes, Map.of("data.k.deep", "v"))).extracting("id").containsExactly("b");
    }

    @Test
    default void mapsComeInIdOrderOrAsSortedAndLimited() {
        TestTable notes = notes();
        for (String id : List.of("c", "a", "d", "b")) {
            notes.store().insert(notes.name(), Map.of("id", id, "n", id.equals("a") ? 9 : 1));
        }
        assertThat(notes.store().select(notes.name(), Map.of(), List.of(), 3L))
                .extracting("id")
                .containsExactly("a", "b", "c");
        assertThat(notes.store().select(notes.name(), Map.of(), List.of(Sort.desc("n")), 2L))
                .extracting("id")
                .containsExactly("a", "b");
        assertThat(notes.store().select(notes.name(), Map.of(), List.of(Sort.asc("n"), Sort.desc("id")), null))
                .extracting("id")
                .containsExactly("d", "c", "b", "a");
    }

    @Test
    default void anUpdateByMapSetsItsColumnsAndTellsWhetherThereWasARow() {
        TestTable notes = notes();
        notes.store().insert(notes.name(), Map.of("id", "a", "n", 1));
        assertThat(notes.store().update(notes.name(), "a", Map.of("n", 2, "data", Map.of("x", true))))
                .isTrue();
        assertThat(notes.find("a")).contains(notes.row("a", 2, "NEW", null, Map.of("x", true)));
        assertThat(notes.store().update(notes.name(), "a", Collections.singletonMap("status", null)))
                .isTrue();
        assertThat(notes.value("a", "status")).isNull();
        assertThat(notes.store().update(notes.name(), "b", Map.of("n", 2))).isFalse();
        assertThat(notes.store().delete(notes.name(), "a")).isTrue();
        assertThat(select(notes, Map.of())).isEmpty();
    }

    @Test
    default void mapsOfTablesWithGeneratedAndCompositeKeys() {
        TestTable numbered = table(t ->
                t.column("id", INTEGER).column("name", TEXT).primaryKey("id").generatedKey());
        Object id = numbered.store().insert(numbered.name(), Map.of("name", "a"));
        assertThat(numbered.find(id)).contains(numbered.row(id, "a"));
        TestTable pairs = table(t ->
                t.column("a", TEXT).column("b", INTEGER).column("n", INTEGER).primaryKey("a", "b"));
        assertThat(pairs.store().insert(pairs.name(), Map.of("a", "x", "b", 1))).isEqualTo(CompositeKey.of("x", 1L));
        assertThat(pairs.store().update(pairs.name(), List.of("x", 1), Map.of("n", 5)))
                .isTrue();
        assertThat(pairs.value(CompositeKey.of("x", 1L), "n")).isEqualTo(5L);
    }
}
