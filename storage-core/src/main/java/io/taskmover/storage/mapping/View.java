package io.taskmover.storage.mapping;

import io.taskmover.storage.error.MappingException;
import io.taskmover.storage.query.Path;
import io.taskmover.storage.schema.Row;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
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

    private View(Class<R> type, List<Path> paths, Operation reader) {
        this.type = type;
        this.paths = paths;
        this.reader = reader;
    }

    static <R> View<R> of(Class<R> type, Class<?> entity, Translator translator, Codecs codecs) {
        Shape shape = Shape.of(type);
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
            MethodHandle value = Handles.rowValue(position(target.path(), paths));
            Codec known = target.codec();
            Codec codec =
                    known != null && known.javaType() == Types.boxed(property.raw()) && !(known instanceof JsonCodec)
                            ? known
                            : codecs.of(property, type, shape.isBean());
            if (!target.nested() && known != null && codec.type() != known.type()) {
                throw new MappingException("Property '" + property.name() + "' of the view " + type.getName() + " is "
                        + codec.type() + ", but " + known.type() + " in " + entity.getName()
                        + "; give both the same type");
            }
            readers.add(MethodHandles.filterReturnValue(
                    value,
                    target.nested()
                            ? Handles.jsonDecoder(codec, property.raw())
                            : Handles.decoder(codec, property.raw())));
        }
        return new View<>(type, List.copyOf(paths), Operations.of(shape.construct(readers, Row.class)));
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
     * The instance of a row whose values are those of {@link #paths}, in their order.
     *
     * @throws MappingException if a value does not fit its property, or the constructor refuses
     */
    @Override
    public R apply(Row row) {
        try {
            return type.cast(Objects.requireNonNull(reader.apply(row)));
        } catch (Error e) {
            throw e;
        } catch (Throwable e) {
            throw new MappingException(
                    "A row " + row + " does not fit the view " + type.getName() + ": " + e.getMessage(), e);
        }
    }
}
