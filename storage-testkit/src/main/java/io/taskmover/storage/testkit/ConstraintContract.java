package io.taskmover.storage.testkit;

import static io.taskmover.storage.schema.DataType.BLOB;
import static io.taskmover.storage.schema.DataType.DECIMAL;
import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.ConstraintException;
import io.taskmover.storage.error.Violation;
import io.taskmover.storage.schema.Blob;
import io.taskmover.storage.schema.Check;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.Row;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Rules for the values of a row: not null, length, range, pattern, enumeration, length of ids. */
interface ConstraintContract extends Contract {

    /** A table with a rule of each kind. */
    private TestTable ruled() {
        return table(t -> t.column("id", TEXT)
                .column(Column.of("name", TEXT).withNotNull().withCheck(new Check.Length(2, 4)))
                .column(Column.of("price", DECIMAL)
                        .withCheck(new Check.Range(new BigDecimal("0"), new BigDecimal("9.99"))))
                .column(Column.of("code", TEXT).withCheck(new Check.Matches("[A-Z]{2}-\\d+")))
                .column(Column.of("status", TEXT).withDefault("NEW").withCheck(new Check.OneOf(List.of("NEW", "DONE"))))
                .column(Column.of("seal", BLOB).withCheck(new Check.Length(1, 2)))
                .primaryKey("id"));
    }

    private static ConstraintException refusal(TestTable table, WriteMode mode, Row row) {
        return catchThrowableOfType(ConstraintException.class, () -> table.write(mode, row));
    }

    @Test
    default void allViolationsOfARowAreInOneError() {
        TestTable table = ruled();
        Row row = table.row("a", null, "10", "x-1", "OLD", new byte[3]);
        ConstraintException error = refusal(table, WriteMode.INSERT, row);
        assertThat(error.table()).isEqualTo(table.name());
        assertThat(error.id()).isEqualTo("a");
        assertThat(error.violations())
                .extracting(Violation::column)
                .containsExactlyInAnyOrder("name", "price", "code", "status", "seal");
        assertThat(error.retryable()).isFalse();
        assertThat(error.getMessage())
                .contains("name must not be null")
                .contains(table.name())
                .contains("'a'");
        assertThat(table.rows()).isEmpty();
    }

    @Test
    default void oneValueMayBreakSeveralRules() {
        TestTable table = table(t -> t.column("id", INTEGER)
                .column(Column.of("code", TEXT)
                        .withCheck(new Check.Length(0, 3))
                        .withCheck(new Check.Matches("[a-z]*")))
                .primaryKey("id"));
        assertThat(refusal(table, WriteMode.INSERT, table.row(1, "ABCD")).violations())
                .extracting(Violation::column)
                .containsExactly("code", "code");
    }

    @Test
    default void limitsAreInclusive() {
        TestTable table = ruled();
        assertThatCode(() -> {
                    table.insert("low", "ab", "0", "AB-1", "NEW", new byte[1]);
                    table.insert("high", "abcd", "9.990", "AB-12345", "DONE", new byte[2]);
                })
                .doesNotThrowAnyException();
        assertThat(refusal(table, WriteMode.INSERT, table.row("x", "a", "-0.01", null, null, new byte[0]))
                        .violations())
                .extracting(Violation::column)
                .containsExactly("name", "price", "seal");
    }

    @Test
    default void nullSatisfiesEveryCheck() {
        TestTable table = ruled();
        assertThatCode(() -> table.insert("a", "ab", null, null, null, null)).doesNotThrowAnyException();
    }

    @Test
    default void lengthsAreCountedInCodePoints() {
        TestTable table = ruled();
        assertThatCode(() -> table.write(WriteMode.INSERT, table.partial("id", "a", "name", "😀😀😀😀")))
                .doesNotThrowAnyException();
        assertThat(refusal(table, WriteMode.INSERT, table.partial("id", "b", "name", "😀"))
                        .violations())
                .hasSize(1);
    }

    @Test
    default void updatesAndUpsertsKeepTheRulesForTheWholeRow() {
        TestTable table = ruled();
        Row there = table.insert("a", "ab", "1", "AB-1", "NEW", null);
        assertThat(refusal(table, WriteMode.UPDATE, table.partial("id", "a", "name", null, "price", "11"))
                        .violations())
                .extracting(Violation::column)
                .containsExactlyInAnyOrder("name", "price");
        assertThat(refusal(table, WriteMode.UPSERT, table.partial("id", "a", "status", "OLD"))
                        .violations())
                .extracting(Violation::column)
                .containsExactly("status");
        assertThat(refusal(table, WriteMode.UPSERT, table.partial("id", "b", "price", "1"))
                        .violations())
                .extracting(Violation::column)
                .containsExactly("name");
        assertThat(table.rows()).containsExactly(there);
    }

    @Test
    default void oneBadRowOfABatchRefusesAllAndIsNamed() {
        TestTable table = ruled();
        ConstraintException error = catchThrowableOfType(
                ConstraintException.class,
                () -> table.write(
                        WriteMode.INSERT,
                        table.partial("id", "a", "name", "ab"),
                        table.partial("id", "b", "name", "toolong"),
                        table.partial("id", "c", "name", "ab")));
        assertThat(error.id()).isEqualTo("b");
        assertThat(table.rows()).isEmpty();
    }

    @Test
    default void idsHaveAtMost512Bytes() {
        TestTable table = table(t -> t.column("id", TEXT).column("n", INTEGER).primaryKey("id"));
        String longest = "a".repeat(512);
        String longestInUtf8 = "€".repeat(170) + "ab";
        table.insert(longest, 1);
        table.insert(longestInUtf8, 2);
        assertThat(table.value(longest, "n")).isEqualTo(1L);
        assertThat(table.value(longestInUtf8, "n")).isEqualTo(2L);
        for (String tooLong : List.of("a".repeat(513), "€".repeat(171), "😀".repeat(129))) {
            for (WriteMode mode : List.of(WriteMode.INSERT, WriteMode.UPSERT)) {
                assertThat(refusal(table, mode, table.row(tooLong, 3)).violations())
                        .singleElement()
                        .satisfies(violation -> assertThat(violation.column()).isEqualTo("id"));
            }
            assertThat(table.find(tooLong)).isEmpty();
        }
    }

    @Test
    default void blobAndCompositeIdsHaveAtMost512BytesTogether() {
        TestTable blobs = table(t -> t.column("id", BLOB).primaryKey("id"));
        blobs.insert(Blob.of(new byte[512]));
        assertThatThrownBy(() -> blobs.insert(Blob.of(new byte[513]))).isInstanceOf(ConstraintException.class);
        TestTable pairs = table(t -> t.column("a", TEXT).column("b", TEXT).primaryKey("a", "b"));
        pairs.insert("a".repeat(500), "b".repeat(12));
        assertThatThrownBy(() -> pairs.insert("a".repeat(500), "b".repeat(13))).isInstanceOf(ConstraintException.class);
    }
}
