package io.taskmover.storage.schema;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.taskmover.storage.error.ConstraintException;
import io.taskmover.storage.error.SchemaException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TableSchemaTest {
    private static final TableSchema USERS = TableSchema.builder("users")
            .column("id", DataType.TEXT)
            .column(Column.of("name", DataType.TEXT).withNotNull().withCheck(new Check.Length(1, 3)))
            .column(Column.of("age", DataType.INTEGER).withCheck(new Check.Range(0L, 150L)))
            .column(Column.of("mail", DataType.TEXT).withCheck(new Check.Matches(".+@.+")))
            .column(Column.of("role", DataType.TEXT).withCheck(new Check.OneOf(List.of("admin", "guest"))))
            .primaryKey("id")
            .unique("mail")
            .build();

    @Test
    void allViolationsOfARowAreInOneError() {
        Row row = Row.of(USERS.rowType(), null, "Maximilian", 200L, "nobody", "root");
        assertThatThrownBy(() -> USERS.validate(row)).isInstanceOfSatisfying(ConstraintException.class, refused -> {
            assertThat(refused.violations())
                    .extracting(violation -> violation.column())
                    .containsExactly("id", "name", "age", "mail", "role");
            assertThat(refused)
                    .hasMessageContaining("length of at most 3, not 10")
                    .hasMessageContaining("at most 150");
        });
    }

    @Test
    void lengthCountsCodePoints() {
        USERS.validate(Row.of(USERS.rowType(), "u", "😀😀😀", null, null, null));
    }

    @Test
    void longIdsAreRefused() {
        assertThatThrownBy(() -> USERS.validate(Row.of(USERS.rowType(), "é".repeat(257), "x", null, null, null)))
                .isInstanceOf(ConstraintException.class)
                .hasMessageContaining("514 bytes");
        USERS.validate(Row.of(USERS.rowType(), "é".repeat(256), "x", null, null, null));
    }

    @Test
    void compositeKeysCompareInKeyOrder() {
        TableSchema pairs = TableSchema.builder("pairs")
                .column("b", DataType.TEXT)
                .column("a", DataType.INTEGER)
                .primaryKey("a", "b")
                .build();
        Object key = pairs.keyOf(Row.of(pairs.rowType(), "x", 2L));
        assertThat(key).isEqualTo(CompositeKey.of(2L, "x"));
        assertThat(pairs.coerceKey(Arrays.asList("2", "x"))).isEqualTo(key);
        assertThat(pairs.compareKeys(CompositeKey.of(2L, "x"), CompositeKey.of(10L, "a")))
                .isNegative();
        assertThatThrownBy(() -> pairs.coerceKey("x")).hasMessageContaining("2 parts");
    }

    @Test
    void schemasThatDoNotFitTogetherAreRefused() {
        assertRefused(TableSchema.builder("t").column("a", DataType.TEXT), "no primary key");
        assertRefused(TableSchema.builder("t").column("a", DataType.TEXT).primaryKey("b"), "no column 'b'");
        assertRefused(TableSchema.builder("t").column("a", DataType.REAL).primaryKey("a"), "REAL");
        assertRefused(
                TableSchema.builder("t")
                        .column("a", DataType.TEXT)
                        .primaryKey("a")
                        .generatedKey(),
                "INTEGER");
        assertRefused(
                TableSchema.builder("t")
                        .column("a", DataType.TEXT)
                        .column("a", DataType.TEXT)
                        .primaryKey("a"),
                "twice");
        assertRefused(
                TableSchema.builder("t")
                        .column("a", DataType.TEXT)
                        .column("j", DataType.JSON)
                        .primaryKey("a")
                        .index("j"),
                "cannot be indexed");
        assertRefused(TableSchema.builder("a\nb").column("a", DataType.TEXT).primaryKey("a"), "control character");
    }

    private static void assertRefused(TableSchema.Builder builder, String message) {
        assertThatThrownBy(builder::build).isInstanceOf(SchemaException.class).hasMessageContaining(message);
    }

    @Test
    void builderOfASchemaMakesAnEqualOne() {
        assertThat(USERS.toBuilder().build()).isEqualTo(USERS);
    }

    @Test
    void rowsAreCoercedFromMapsByName() {
        Row row = USERS.rowType().row(Map.of("id", "u1", "age", 7));
        assertThat(row.get("age")).isEqualTo(7L);
        assertThat(row.get("name")).isNull();
        assertThatThrownBy(() -> USERS.rowType().row(Map.of("nmae", "x")))
                .isInstanceOf(SchemaException.class)
                .hasMessageContaining("nmae");
    }
}
