package io.taskmover.storage.testkit;

import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.TEXT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.error.ConstraintException;
import io.taskmover.storage.error.DuplicateKeyException;
import io.taskmover.storage.error.SchemaException;
import io.taskmover.storage.error.Violation;
import io.taskmover.storage.query.Condition;
import io.taskmover.storage.query.Condition.Operator;
import io.taskmover.storage.query.Expression;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.query.Sort;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.CompositeKey;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Every value of every type comes back as it was written, is found by its value, and stands at its place in an order. */
public interface TypeRoundTripContract extends Contract {

    /** A table {@code (id, v)} with all samples and twins, ids from 0 in the order of {@link #values}, then one null. */
    private TestTable filled(DataType type, boolean indexed) {
        TestTable table = table(t -> {
            t.column("id", INTEGER).column("v", type).primaryKey("id");
            return indexed ? t.index("v") : t;
        });
        List<@Nullable Object> values = values(type);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < values.size(); i++) {
            rows.add(Row.of(table.schema().rowType(), (long) i, values.get(i)));
        }
        assertThat(table.store().write(table.name(), WriteMode.INSERT, rows)).isEqualTo(rows);
        return table;
    }

    private static List<@Nullable Object> values(DataType type) {
        List<@Nullable Object> values = new ArrayList<>(TypeSamples.of(type));
        values.addAll(TypeSamples.twins(type));
        values.add(null);
        return values;
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(DataType.class)
    default void valuesAreReadAsTheyWereWritten(DataType type) {
        TestTable table = filled(type, false);
        List<Row> rows = table.rows();
        List<@Nullable Object> values = values(type);
        assertThat(rows).extracting(row -> row.get("v")).isEqualTo(values);
        for (int i = 0; i < values.size(); i++) {
            assertThat(table.value(i, "v")).isEqualTo(values.get(i));
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(DataType.class)
    default void largeValuesAreReadAsTheyWereWritten(DataType type) {
        TestTable table = table(t -> t.column("id", INTEGER).column("v", type).primaryKey("id"));
        List<Object> values = TypeSamples.large(type);
        for (int i = 0; i < values.size(); i++) {
            table.insert(i, values.get(i));
            assertThat(values.get(i).equals(table.value(i, "v"))).isTrue();
            if (type.isOrdered()) {
                assertThat(table.ids(table.select().where(Condition.eq(Path.of("v"), values.get(i)))))
                        .containsExactly((long) i);
            }
        }
        assertThat(table.rows().stream().map(row -> row.get("v")).toList().equals(values))
                .isTrue();
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(DataType.class)
    default void valuesAreUpdatedAndReplaceEachOther(DataType type) {
        TestTable table = table(t -> t.column("id", INTEGER).column("v", type).primaryKey("id"));
        table.insert(1, null);
        List<@Nullable Object> values = values(type);
        try (BackendTransaction transaction = table.begin()) {
            for (Object value : values) {
                Row row = Row.of(table.schema().rowType(), 1L, value);
                assertThat(table.write(transaction, WriteMode.UPDATE, row)).containsExactly(row);
                assertThat(transaction.find(table.name(), 1L)).contains(row);
            }
            transaction.commit();
        }
        assertThat(table.value(1, "v")).isNull();
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(DataType.class)
    default void defaultsFillInAsTheyWereDeclared(DataType type) {
        List<Object> values = TypeSamples.of(type);
        TestTable table = table(t -> {
            t.column("id", INTEGER).primaryKey("id");
            for (int i = 0; i < values.size(); i++) {
                t.column(Column.of("v" + i, type).withNotNull().withDefault(values.get(i)));
            }
            return t;
        });
        List<Row> stored = table.write(WriteMode.INSERT, table.partial("id", 1));
        assertThat(table.rows()).isEqualTo(stored);
        for (int i = 0; i < values.size(); i++) {
            assertThat(stored.get(0).get("v" + i)).isEqualTo(values.get(i));
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(DataType.class)
    default void valuesAreKeysWhereTheTypeAllows(DataType type) {
        TableSchema.Builder builder = TableSchema.builder(subject().newName())
                .column("v", type)
                .column("n", INTEGER)
                .primaryKey("v");
        if (!type.isKeyType()) {
            assertThatThrownBy(builder::build).isInstanceOf(SchemaException.class);
            return;
        }
        TestTable table = TestTable.create(subject().shared(), builder.build());
        List<Object> values = TypeSamples.of(type);
        List<Row> rows = new ArrayList<>();
        for (int i = values.size() - 1; i >= 0; i--) {
            rows.add(table.row(values.get(i), i));
        }
        table.store().write(table.name(), WriteMode.INSERT, rows);
        assertThat(table.ids()).isEqualTo(values);
        try (BackendTransaction transaction = table.begin()) {
            for (int i = 0; i < values.size(); i++) {
                assertThat(transaction.find(table.name(), values.get(i))).contains(table.row(values.get(i), i));
            }
            table.write(transaction, WriteMode.UPDATE, table.row(values.get(0), 77));
            assertThat(transaction.delete(table.name(), values.get(values.size() - 1)))
                    .isTrue();
            transaction.commit();
        }
        assertThat(table.value(values.get(0), "n")).isEqualTo(77L);
        assertThat(table.ids()).isEqualTo(values.subList(0, values.size() - 1));
        Object taken = values.get(0);
        DuplicateKeyException error = catchThrowableOfType(DuplicateKeyException.class, () -> table.insert(taken, 0));
        assertThat(error.id()).isEqualTo(taken);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(
            value = DataType.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"REAL", "DECIMAL", "JSON"})
    default void valuesArePartsOfCompositeKeys(DataType type) {
        TestTable table = table(
                t -> t.column("a", INTEGER).column("v", type).column("z", TEXT).primaryKey("v", "a", "z"));
        List<Object> values = TypeSamples.of(type);
        List<Row> rows = new ArrayList<>();
        List<Object> keys = new ArrayList<>();
        for (Object value : values) {
            for (long a : new long[] {-1, 10}) {
                rows.add(0, table.row(a, value, "z"));
                keys.add(CompositeKey.of(value, a, "z"));
            }
        }
        table.store().write(table.name(), WriteMode.INSERT, rows);
        assertThat(table.ids()).isEqualTo(keys);
        for (Object key : keys) {
            assertThat(table.find(key)).isPresent();
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(value = DataType.class, mode = EnumSource.Mode.EXCLUDE, names = "JSON")
    default void valuesAreComparedWithOperands(DataType type) {
        for (boolean indexed : new boolean[] {false, true}) {
            TestTable table = filled(type, indexed);
            List<@Nullable Object> values = values(type);
            Path v = Path.of("v");
            try (BackendTransaction transaction = table.begin()) {
                for (Object operand : values.subList(0, values.size() - 1)) {
                    for (Operator operator : Operator.values()) {
                        List<Object> expected = new ArrayList<>();
                        for (int i = 0; i < values.size(); i++) {
                            Object value = values.get(i);
                            if (value != null && operand != null && operator.holds(type.compare(value, operand))) {
                                expected.add((long) i);
                            }
                        }
                        Select select = table.select().where(Condition.compare(v, operator, operand));
                        assertThat(TestTable.rows(transaction, select))
                                .as("%s %s, indexed %s", operator, operand, indexed)
                                .extracting(row -> row.get("id"))
                                .isEqualTo(expected);
                    }
                }
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(value = DataType.class, mode = EnumSource.Mode.EXCLUDE, names = "JSON")
    default void valuesAreFoundInListsAndRanges(DataType type) {
        for (boolean indexed : new boolean[] {false, true}) {
            TestTable table = filled(type, indexed);
            List<Object> values = TypeSamples.of(type);
            Object low = values.get(1);
            Object high = values.get(values.size() - 1);
            List<@Nullable Object> all = values(type);
            List<Object> within = new ArrayList<>();
            List<Object> listed = new ArrayList<>();
            for (int i = 0; i < all.size(); i++) {
                Object value = all.get(i);
                if (value != null && type.compare(value, low) >= 0 && type.compare(value, high) <= 0) {
                    within.add((long) i);
                }
                if (value != null && (type.compare(value, low) == 0 || type.compare(value, high) == 0)) {
                    listed.add((long) i);
                }
            }
            Path v = Path.of("v");
            assertThat(table.ids(table.select()
                            .where(new Condition.Between(
                                    v, new Expression.Literal(low), new Expression.Literal(high)))))
                    .isEqualTo(within);
            assertThat(table.ids(table.select().where(Condition.in(v, List.of(low, high)))))
                    .isEqualTo(listed);
            assertThat(table.ids(table.select().where(new Condition.IsNull(v)))).containsExactly(all.size() - 1L);
        }
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(value = DataType.class, mode = EnumSource.Mode.EXCLUDE, names = "JSON")
    default void valuesAreSortedInTheirTypesOrder(DataType type) {
        List<@Nullable Object> values = values(type);
        Comparator<Object> byValue = (a, b) -> compareNullsLast(type, values.get(position(a)), values.get(position(b)));
        List<Object> ids = new ArrayList<>();
        for (long i = 0; i < values.size(); i++) {
            ids.add(i);
        }
        // sorts are stable: equal values stay in the order of their ids, both ways
        List<Object> ascending = ids.stream().sorted(byValue).toList();
        List<Object> descending = ids.stream().sorted(byValue.reversed()).toList();
        for (boolean indexed : new boolean[] {false, true}) {
            TestTable table = filled(type, indexed);
            assertThat(table.ids(table.select().orderBy(List.of(Sort.asc("v")))))
                    .isEqualTo(ascending);
            assertThat(table.ids(table.select().orderBy(List.of(Sort.desc("v")))))
                    .isEqualTo(descending);
            assertThat(table.ids(table.select()
                            .orderBy(List.of(Sort.desc("v")))
                            .offset(1)
                            .limit(2L)))
                    .isEqualTo(descending.subList(1, 3));
        }
    }

    private static int position(Object id) {
        return Math.toIntExact((Long) id);
    }

    private static int compareNullsLast(DataType type, @Nullable Object a, @Nullable Object b) {
        if (a == null || b == null) {
            return Boolean.compare(a == null, b == null);
        }
        return type.compare(a, b);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(DataType.class)
    default void whatIsNoValueOfTheTypeIsRefusedByEveryWrite(DataType type) {
        TestTable table = table(
                t -> t.column("id", INTEGER).column("v", type).column("w", type).primaryKey("id"));
        Row there = table.insert(1, null, null);
        for (Object value : TypeSamples.refused(type)) {
            for (WriteMode mode : WriteMode.values()) {
                Row row = Row.of(table.schema().rowType(), mode == WriteMode.INSERT ? 2L : 1L, value, value);
                ConstraintException error =
                        catchThrowableOfType(ConstraintException.class, () -> table.write(mode, row));
                assertThat(error).as("%s of %s", mode, value).isNotNull();
                assertThat(error.violations()).extracting(Violation::column).containsExactly("v", "w");
            }
        }
        assertThat(table.rows()).containsExactly(there);
    }

    @ParameterizedTest(name = "{0}")
    @EnumSource(
            value = DataType.class,
            mode = EnumSource.Mode.EXCLUDE,
            names = {"REAL", "DECIMAL", "JSON"})
    default void whatIsNoValueOfTheTypeIsRefusedAsAKey(DataType type) {
        TestTable table = table(t -> t.column("id", type).column("n", INTEGER).primaryKey("id"));
        for (Object value : TypeSamples.refused(type)) {
            assertThatThrownBy(() ->
                            table.write(WriteMode.INSERT, Row.of(table.schema().rowType(), value, 1L)))
                    .as("key %s", value)
                    .isInstanceOf(ConstraintException.class)
                    .hasMessageContaining("id");
        }
        assertThat(table.rows()).isEmpty();
    }
}
