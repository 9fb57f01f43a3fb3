package io.taskmover.storage.engine;

import io.taskmover.storage.schema.CompositeKey;
import io.taskmover.storage.schema.DataType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The order of the keys of one index. A key of one column is the column's value; one of several is an array of them, or
 * a {@link CompositeKey} in a primary key. Null comes after every value, as it does in an ascending sort.
 */
abstract sealed class KeyOrder {

    /** Compares two whole keys. */
    abstract int compare(@Nullable Object a, @Nullable Object b);

    /** Compares the first parts of a key with {@code parts}; 0 if there are no parts. */
    abstract int comparePrefix(@Nullable Object key, @Nullable Object[] parts);

    /** The parts of a key, one for each column. */
    abstract @Nullable Object[] parts(@Nullable Object key);

    /** The number of columns. */
    abstract int width();

    /** Whether {@link #hash} and {@link #same} say of keys what {@link #compare} does. */
    abstract boolean hashes();

    /** A hash of a whole key. */
    int hash(@Nullable Object key) {
        return key == null ? 0 : key.hashCode();
    }

    /** Whether two whole keys are the same. */
    boolean same(@Nullable Object a, @Nullable Object b) {
        return a == b || (a != null && a.equals(b));
    }

    /** Two equal numbers need not be equal objects: 0.0 and -0.0, 1.0 and 1.00. */
    private static boolean hashes(DataType type) {
        return type != DataType.REAL && type != DataType.DECIMAL;
    }

    private static boolean hashes(DataType[] types) {
        for (DataType type : types) {
            if (!hashes(type)) {
                return false;
            }
        }
        return true;
    }

    /** The order of an index's keys, or of the primary keys of a table with one key column. */
    static KeyOrder of(List<DataType> types) {
        return types.size() == 1 ? new Single(types.get(0)) : new Arrays(types.toArray(DataType[]::new));
    }

    /** The order of a table's primary keys. */
    static KeyOrder ofPrimaryKey(List<DataType> types) {
        return types.size() == 1 ? new Single(types.get(0)) : new Composites(types.toArray(DataType[]::new));
    }

    static int compareParts(DataType type, @Nullable Object a, @Nullable Object b) {
        if (a == b) {
            return 0;
        }
        if (a == null) {
            return 1;
        }
        return b == null ? -1 : type.compare(a, b);
    }

    private static final class Single extends KeyOrder {
        private final DataType type;

        Single(DataType type) {
            this.type = type;
        }

        @Override
        int compare(@Nullable Object a, @Nullable Object b) {
            return compareParts(type, a, b);
        }

        @Override
        int comparePrefix(@Nullable Object key, @Nullable Object[] parts) {
            return parts.length == 0 ? 0 : compareParts(type, key, parts[0]);
        }

        @Override
        @Nullable
        Object[] parts(@Nullable Object key) {
            return new @Nullable Object[] {key};
        }

        @Override
        int width() {
            return 1;
        }

        @Override
        boolean hashes() {
            return KeyOrder.hashes(type);
        }
    }

    private static final class Arrays extends KeyOrder {
        private final DataType[] types;

        Arrays(DataType[] types) {
            this.types = types;
        }

        @Override
        int compare(@Nullable Object a, @Nullable Object b) {
            return comparePrefix(a, parts(b));
        }

        @Override
        int comparePrefix(@Nullable Object key, @Nullable Object[] parts) {
            @Nullable Object[] own = parts(key);
            for (int i = 0; i < parts.length; i++) {
                int order = compareParts(types[i], own[i], parts[i]);
                if (order != 0) {
                    return order;
                }
            }
            return 0;
        }

        @Override
        @Nullable
        Object[] parts(@Nullable Object key) {
            if (key instanceof @Nullable Object[] array) {
                return array;
            }
            throw new IllegalArgumentException("Not a key of several columns: " + key);
        }

        @Override
        int width() {
            return types.length;
        }

        @Override
        boolean hashes() {
            return KeyOrder.hashes(types);
        }

        @Override
        int hash(@Nullable Object key) {
            return java.util.Arrays.hashCode(parts(key));
        }

        @Override
        boolean same(@Nullable Object a, @Nullable Object b) {
            return a == b || java.util.Arrays.equals(parts(a), parts(b));
        }
    }

    private static final class Composites extends KeyOrder {
        private final DataType[] types;

        Composites(DataType[] types) {
            this.types = types;
        }

        @Override
        int compare(@Nullable Object a, @Nullable Object b) {
            List<Object> x = values(a);
            List<Object> y = values(b);
            for (int i = 0; i < types.length; i++) {
                int order = types[i].compare(x.get(i), y.get(i));
                if (order != 0) {
                    return order;
                }
            }
            return 0;
        }

        @Override
        int comparePrefix(@Nullable Object key, @Nullable Object[] parts) {
            List<Object> own = values(key);
            for (int i = 0; i < parts.length; i++) {
                int order = compareParts(types[i], own.get(i), parts[i]);
                if (order != 0) {
                    return order;
                }
            }
            return 0;
        }

        @Override
        @Nullable
        Object[] parts(@Nullable Object key) {
            return values(key).toArray();
        }

        @Override
        int width() {
            return types.length;
        }

        @Override
        boolean hashes() {
            return KeyOrder.hashes(types);
        }

        private static List<Object> values(@Nullable Object key) {
            if (key instanceof CompositeKey composite) {
                return composite.values();
            }
            throw new IllegalArgumentException("Not a composite key: " + key);
        }
    }
}
