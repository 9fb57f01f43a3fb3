package io.taskmover.storage.mapping;

import io.taskmover.storage.error.MappingException;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.schema.Row;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Makes instances of a class that is a part of an entity from rows of {@link #paths}. Thread-safe.
 *
 * @param <R> the class of the instances
 */
public final class View<R> implements Function<Row, R> {
    private final Class<R> type;
    private final List<Path> paths;
    private final Operation reader;
    private final List<Value> values;
    private final Consumer<? super UnknownConstant> listener;

    /** A value that a property is made of, which is not a part of an id. */
    private record Value(String table, String property, int position, MethodHandle reader) {}

    private View(
            Class<R> type,
            List<Path> paths,
            Operation reader,
            List<Value> values,
            Consumer<? super UnknownConstant> listener) {
        this.type = type;
        this.paths = paths;
        this.reader = reader;
        this.values = values;
        this.listener = listener;
    }

    /** @param listener is told of constants that an enum does not have */
    static <R> View<R> of(
            Class<R> type,
            Class<?> entity,
            String table,
            Translator translator,
            Codecs codecs,
            Consumer<? super UnknownConstant> listener) {
        Shape shape = Shape.of(type);
        List<Value> values = new ArrayList<>();
        List<Path> paths = new ArrayList<>();
        List<@Nullable MethodHandle> readers = new ArrayList<>();
        for (Property property : shape.properties()) {
            if (property.has(Transient.class)) {
                readers.add(null);
                continue;
            }
            Column column = property.annotation(Column.class);
            Path name = Path.parse(column == null ? property.name() : column.value());
            MappedProperty mapped = translator.property(name.column());
            if (mapped == null) {
                throw new MappingException("Property '" + property.name() + "' of the view " + type.getName()
                        + " is none of " + entity.getName());
            }
            if (mapped.object() != null && !name.isNested() && mapped.property().raw() == property.raw()) {
                readers.add(id(mapped, paths));
                continue;
            }
            Translator.Target target = translator.target(name);
            Path selected = target.steps().isEmpty()
                    ? target.path()
                    : Path.of(target.path().column());
            int position = position(selected, paths);
            MethodHandle value =
                    target.steps().isEmpty() ? Handles.rowValue(position) : Handles.rowValue(position, target.steps());
            Codec known = target.codec();
            Codec codec =
                    known != null && known.javaType() == Types.boxed(property.raw()) && !(known instanceof JsonCodec)
                            ? known
                            : codecs.of(property, type, shape.isBean());
            if (known instanceof WidenedCodec widened && codec != known) {
                codec = WidenedCodec.of(codec, widened.type());
            }
            if (!target.nested() && known != null && codec.type() != known.type()) {
                throw new MappingException("Property '" + property.name() + "' of the view " + type.getName() + " is "
                        + codec.type() + ", but " + known.type() + " in " + entity.getName()
                        + "; give both the same type");
            }
            MethodHandle reader = MethodHandles.filterReturnValue(
                    value,
                    target.nested()
                            ? Handles.jsonDecoder(codec, property.raw())
                            : Handles.decoder(codec, property.raw()));
            readers.add(reader);
            values.add(new Value(table, property.name(), position, reader));
        }
        return new View<>(
                type, List.copyOf(paths), Operations.of(shape.construct(readers, Row.class)), values, listener);
    }

    private static MethodHandle id(MappedProperty mapped, List<Path> paths) {
        List<@Nullable MethodHandle> readers = new ArrayList<>();
        for (MappedProperty.Part part : mapped.parts()) {
            readers.add(MethodHandles.filterReturnValue(
                    Handles.rowValue(position(Path.of(part.column()), paths)),
                    Handles.decoder(part.codec(), part.property().raw())));
        }
        return Objects.requireNonNull(mapped.object()).construct(readers, Row.class);
    }

    private static int position(Path path, List<Path> paths) {
        if (!paths.contains(path)) {
            paths.add(path);
        }
        return paths.indexOf(path);
    }

    /** The columns and places to select, in this order, none twice; at least one unless the view has no properties. */
    public List<Path> paths() {
        return paths;
    }

    /**
     * The instance of a row whose values are those of {@link #paths}, in their order. A property with a constant that its enum
     * does not have reads as if it were null.
     *
     * @throws MappingException if a value does not fit its property, or the constructor refuses
     */
    @Override
    public R apply(Row row) {
        try {
            return type.cast(Objects.requireNonNull(reader.apply(row)));
        } catch (UnknownConstantException e) {
            Row known = withoutUnknown(row);
            if (known == row) {
                throw refused(row, e);
            }
            return apply(known);
        } catch (Error e) {
            throw e;
        } catch (Throwable e) {
            throw refused(row, e);
        }
    }

    /** The row with null in place of the first value that has a constant that an enum does not have. */
    private Row withoutUnknown(Row row) {
        for (Value value : values) {
            try {
                var unused = (Object) value.reader().invoke(row);
            } catch (UnknownConstantException e) {
                Path path = paths.get(value.position());
                listener.accept(new UnknownConstant(
                        value.table(), path.column(), value.property(), e.type(), e.constant(), Optional.empty()));
                @Nullable Object[] changed = row.toArray();
                changed[value.position()] = null;
                return Row.adopt(row.type(), changed);
            } catch (Error e) {
                throw e;
            } catch (Throwable e) {
                throw refused(row, e);
            }
        }
        return row;
    }

    private MappingException refused(Row row, Throwable e) {
        return new MappingException(
                "A row " + row + " does not fit the view " + type.getName() + ": " + e.getMessage(), e);
    }
}
