package io.taskmover.storage.sql;

import java.lang.reflect.Proxy;
import java.sql.Array;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A list of values as one parameter, an array: its elements are what the form of a single value would put into the
 * statement.
 */
final class ArrayParameter implements Slot.Form {
    /** What the database calls the types of elements that can be in an array. */
    private static final Map<Class<?>, String> TYPES = Map.of(
            String.class,
            "text",
            Long.class,
            "int8",
            Double.class,
            "float8",
            Boolean.class,
            "bool",
            UUID.class,
            "uuid");

    private final Slot.Form element;

    ArrayParameter(Slot.Form element) {
        this.element = element;
    }

    @Override
    public void bind(PreparedStatement statement, int index, Object list) throws SQLException {
        List<?> values = (List<?>) list;
        Object[] elements = new Object[values.size()];
        int[] next = {0};
        PreparedStatement noting = (PreparedStatement) Proxy.newProxyInstance(
                ArrayParameter.class.getClassLoader(),
                new Class<?>[] {PreparedStatement.class},
                (proxy, method, given) -> {
                    elements[next[0]] = given[1];
                    return null;
                });
        for (Object value : values) {
            element.bind(noting, 1, value);
            next[0]++;
        }
        String type = TYPES.get(elements[0].getClass());
        if (type == null) {
            throw new IllegalStateException("There is no array of " + elements[0].getClass());
        }
        Array array = statement.getConnection().createArrayOf(type, elements);
        statement.setArray(index, array);
    }
}
