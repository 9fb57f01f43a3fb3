package io.taskmover.storage.testkit;

import static io.taskmover.storage.schema.DataType.DECIMAL;
import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.schema.Row;
import org.junit.jupiter.api.Test;

/** Unique indexes refuse a second row with the same values. */
interface UniqueIndexContract extends Contract {

    /** A table {@code (id, mail unique, first, last unique together)}. */
    private TestTable users() {
        return table(t -> t.column("id", TEXT)
                .column("mail", TEXT)
                .column("first", TEXT)
                .column("last", TEXT)
                .primaryKey("id")
                .unique("mail")
                .unique("first", "last"));
    }

    @Test
    default void aSecondRowWithTheSameValueIsADuplicateThatNamesTheIndex() {
        TestTable users = users();
        Row ada = users.insert("a", "x@y", "Ada", "L");
        for (WriteMode mode : new WriteMode[] {WriteMode.INSERT, WriteMode.UPSERT}) {
            DuplicateKeyException error = catchThrowableOfType(
                    DuplicateKeyException.class, () -> users.write(mode, users.row("b", "x@y", "Bob", "L")));
            assertThat(error.table()).isEqualTo(users.name());
            assertThat(error.id()).isEqualTo("b");
            assertThat(error.index()).isEqualTo("ux_" + users.name() + "_mail");
            assertThat(error).hasMessageContaining("ux_" + users.name() + "_mail");
        }
        assertThat(users.rows()).containsExactly(ada);
    }

    @Test
    default void anUpdateToATakenValueIsADuplicate() {
        TestTable users = users();
        users.insert("a", "a@y", "Ada", "L");
        Row bob = users.insert("b", "b@y", "Bob", "L");
        DuplicateKeyException error = catchThrowableOfType(
                DuplicateKeyException.class,
                () -> users.write(WriteMode.UPDATE, users.partial("id", "b", "first", "Ada")));
        assertThat(error.id()).isEqualTo("b");
        assertThat(error.index()).isEqualTo("ux_" + users.name() + "_first_last");
        assertThat(users.find("b")).contains(bob);
    }

    @Test
    default void aRowMayKeepItsOwnValue() {
        TestTable users = users();
        users.insert("a", "a@y", "Ada", "L");
        assertThatCode(() -> {
                    users.write(WriteMode.UPDATE, users.row("a", "a@y", "Ada", "L"));
                    users.write(WriteMode.UPSERT, users.row("a", "a@y", "Ada", "M"));
                })
                .doesNotThrowAnyException();
    }

    @Test
    default void rowsWithANullAreExempt() {
        TestTable users = users();
        users.insert("a", null, "Ada", null);
        assertThatCode(() -> users.insert("b", null, "Ada", null)).doesNotThrowAnyException();
        assertThat(users.rows()).hasSize(2);
    }

    @Test
    default void valuesDifferByCaseAndTrailingSpaces() {
        TestTable users = users();
        users.insert("a", "x@y", null, null);
        assertThatCode(() -> {
                    users.insert("b", "X@y", null, null);
                    users.insert("c", "x@y ", null, null);
                })
                .doesNotThrowAnyException();
    }

    @Test
    default void decimalsOfDifferentScaleAreTheSameValue() {
        TestTable prices = table(t -> t.column("id", INTEGER)
                .column("price", DECIMAL)
                .primaryKey("id")
                .unique("price"));
        prices.insert(1, "1.0");
        assertThatThrownBy(() -> prices.insert(2, "1.00")).isInstanceOf(DuplicateKeyException.class);
    }

    @Test
    default void aBatchIsCheckedAgainstItself() {
        TestTable users = users();
        assertThatThrownBy(() -> users.write(
                        WriteMode.INSERT, users.row("a", "x@y", null, null), users.row("b", "x@y", null, null)))
                .isInstanceOf(DuplicateKeyException.class);
        assertThat(users.rows()).isEmpty();
    }

    @Test
    default void aValueIsFreeAgainAfterUpdateDeleteAndRollback() {
        TestTable users = users();
        users.insert("a", "x@y", null, null);
        users.write(WriteMode.UPDATE, users.partial("id", "a", "mail", "z@y"));
        users.insert("b", "x@y", null, null);
        users.store().delete(users.name(), "b");
        try (BackendTransaction transaction = users.begin()) {
            users.write(transaction, WriteMode.INSERT, users.row("c", "x@y", null, null));
        }
        assertThatCode(() -> users.insert("d", "x@y", null, null)).doesNotThrowAnyException();
    }

    @Test
    default void aValueCanMoveToAnotherRowWithinATransaction() {
        TestTable users = users();
        users.insert("a", "x@y", null, null);
        try (BackendTransaction transaction = users.begin()) {
            transaction.delete(users.name(), "a");
            users.write(transaction, WriteMode.INSERT, users.row("b", "x@y", null, null));
            transaction.commit();
        }
        try (BackendTransaction transaction = users.begin()) {
            users.write(transaction, WriteMode.UPDATE, users.partial("id", "b", "mail", null));
            users.write(transaction, WriteMode.INSERT, users.row("c", "x@y", null, null));
            transaction.commit();
        }
        assertThat(users.rows()).containsExactly(users.row("b", null, null, null), users.row("c", "x@y", null, null));
    }

    @Test
    default void aDuplicateWithinATransactionIsSeenAtTheWrite() {
        TestTable users = users();
        try (BackendTransaction transaction = users.begin()) {
            users.write(transaction, WriteMode.INSERT, users.row("a", "x@y", null, null));
            assertThatThrownBy(() -> users.write(transaction, WriteMode.INSERT, users.row("b", "x@y", null, null)))
                    .isInstanceOf(DuplicateKeyException.class);
        }
    }
}
