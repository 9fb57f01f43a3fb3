package io.taskmover.storage.mapping;

import io.taskmover.storage.error.ConstraintException;
import io.taskmover.storage.error.MappingException;
import io.taskmover.storage.error.Violation;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.schema.TableSchema;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One class whose instances are an entity's rows: the entity's own or, if that is sealed, a class that it permits. */
final class Variant {
    private final Shape shape;
    private final List<MappedProperty> properties;
    private final TableSchema schema;
    private final Operation writer;
    private final Operation keyWriter;
    private final RowReader reader;
    private final String id;
    private final List<MappedProperty.Part> parts;

    /**
     * @param properties those of {@code shape} that are stored
     * @param id the name of the id
     * @param constants columns with the same value in every row of this class
     */
    Variant(
            Shape shape,
            List<MappedProperty> properties,
            String id,
            TableSchema schema,
            Map<String, Object> constants) {
        this.shape = shape;
        this.properties = properties;
        this.schema = schema;
        this.writer = Operations.of(Handles.array(encoders(constants), shape.type()));
        this.keyWriter = Operations.of(Handles.array(
                properties.stream()
                        .filter(property -> property.property().name().equals(id))
                        .flatMap(property -> property.encoders().stream())
                        .toList(),
                shape.type()));
        this.id = id;
        this.parts = properties.stream()
                .flatMap(property -> property.parts().stream())
                .toList();
        this.reader = new RowReader(parts, this::compile);
    }

    /** The columns. */
    List<MappedProperty.Part> parts() {
        return parts;
    }

    Class<?> type() {
        return shape.type();
    }

    /** Those that are stored. */
    List<MappedProperty> properties() {
        return properties;
    }

    private List<MethodHandle> encoders(Map<String, Object> constants) {
        Map<String, MethodHandle> byColumn = new HashMap<>();
        for (MappedProperty property : properties) {
            List<MethodHandle> encoders = property.encoders();
            for (int i = 0; i < encoders.size(); i++) {
                byColumn.put(property.parts().get(i).column(), encoders.get(i));
            }
        }
        return schema.columns().stream()
                .map(column -> byColumn.getOrDefault(
                        column.name(),
                        MethodHandles.dropArguments(
                                MethodHandles.constant(Object.class, constants.get(column.name())), 0, shape.type())))
                .toList();
    }

    private Operation compile(RowType rows) {
        List<@Nullable MethodHandle> readers = new ArrayList<>();
        for (Property property : shape.properties()) {
            MappedProperty mapped = mapped(property);
            readers.add(mapped == null ? null : mapped.reader(rows));
        }
        return Operations.of(shape.construct(readers, Row.class));
    }

    private @Nullable MappedProperty mapped(Property property) {
        for (MappedProperty mapped : properties) {
            if (mapped.property() == property) {
                return mapped;
            }
        }
        return null;
    }

    /** The values of the schema's columns; an array of the caller's own. */
    @Nullable
    Object[] write(Object entity) {
        return run(writer, entity);
    }

    /** The parts of the key, in its order. */
    @Nullable
    Object[] key(Object entity) {
        return run(keyWriter, entity);
    }

    private @Nullable Object[] run(Operation operation, Object entity) {
        try {
            return (@Nullable Object[]) Objects.requireNonNull(operation.apply(entity));
        } catch (Error e) {
            throw e;
        } catch (Throwable e) {
            throw explainWrite(entity, e);
        }
    }

    /** @param listener is told of constants that an enum does not have */
    Object read(Row row, Consumer<? super UnknownConstant> listener) {
        try {
            return Objects.requireNonNull(reader.read(row));
        } catch (UnknownConstantException e) {
            return readWithout(row, listener, e);
        } catch (Error e) {
            throw e;
        } catch (Throwable e) {
            throw explainRead(row, e);
        }
    }

    /** Reads null in place of each value with a constant that an enum does not have; not in an id, which has to be whole. */
    private Object readWithout(Row row, Consumer<? super UnknownConstant> listener, UnknownConstantException failure) {
        Row known = row;
        for (MappedProperty property : properties) {
            if (property.property().name().equals(id)) {
                continue;
            }
            MappedProperty.Part part = property.parts().get(0);
            int position = part.position(row.type());
            Object value = position < 0 ? null : row.get(position);
            UnknownConstantException unknown = value == null ? null : unknownIn(part, value);
            if (unknown != null) {
                String column = row.type().column(position).name();
                known = known.with(column, null);
                listener.accept(new UnknownConstant(
                        schema.name(),
                        part.column(),
                        property.property().name(),
                        unknown.type(),
                        unknown.constant(),
                        Optional.of(id(row))));
            }
        }
        if (known == row) {
            throw explainRead(row, failure);
        }
        try {
            return Objects.requireNonNull(reader.read(known));
        } catch (Error e) {
            throw e;
        } catch (Throwable e) {
            throw explainRead(known, e);
        }
    }

    /** The constant in a column's value that an enum does not have; null if there is none, or it is not read for another reason. */
    static @Nullable UnknownConstantException unknownIn(MappedProperty.Part part, Object value) {
        try {
            part.own().fromColumn(value);
            return null;
        } catch (UnknownConstantException e) {
            return e;
        } catch (RuntimeException e) {
            return null; // who reads the row says what it is
        }
    }

    /** Writes once more, property by property: the fast path does not keep track of where it is. */
    private RuntimeException explainWrite(Object entity, Throwable failure) {
        for (MappedProperty property : properties) {
            List<MethodHandle> encoders = property.encoders();
            for (int i = 0; i < encoders.size(); i++) {
                try {
                    var unused = (Object) encoders.get(i).invoke(entity);
                } catch (IllegalArgumentException e) {
                    String rule = String.valueOf(e.getMessage());
                    String column = property.parts().get(i).column();
                    return initCause(
                            new ConstraintException(schema.name(), null, List.of(new Violation(column, rule))), e);
                } catch (Throwable e) {
                    return new MappingException(
                            "Property '" + property.property().name() + "' of " + type().getName()
                                    + " cannot be written: " + e,
                            e);
                }
            }
        }
        return new MappingException(type().getName() + " cannot be written: " + failure, failure);
    }

    private static RuntimeException initCause(ConstraintException refused, Throwable cause) {
        refused.initCause(cause);
        return refused;
    }

    private RuntimeException explainRead(Row row, Throwable failure) {
        for (MappedProperty property : properties) {
            try {
                var unused = (Object) property.reader(row.type()).invoke(row);
            } catch (Throwable e) {
                String rule = e instanceof IllegalArgumentException ? e.getMessage() : "cannot be read: " + e;
                return new MappingException(
                        "Row '" + id(row) + "' of table '" + schema.name() + "' does not fit " + type().getName()
                                + ": property '" + property.property().name() + "' " + rule,
                        e);
            }
        }
        return new MappingException(
                "Row '" + id(row) + "' of table '" + schema.name() + "' does not fit " + type().getName()
                        + ", whose constructor or setters refuse it: " + failure,
                failure);
    }

    private String id(Row row) {
        List<Object> parts = new ArrayList<>();
        for (String column : schema.primaryKey()) {
            int position = row.type().indexOf(column);
            parts.add(String.valueOf(position < 0 ? null : row.get(position)));
        }
        return parts.size() == 1 ? String.valueOf(parts.get(0)) : parts.toString();
    }
}
