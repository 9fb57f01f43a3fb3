package io.taskmover.storage.mapping;

import io.taskmover.storage.query.Path;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A property of an entity and the columns that it is stored in: one, or for an id that is a record one for each of its
 * components.
 *
 * @param parts the columns; for an ordinary property one part whose property is the property itself
 * @param object how the id's record is made of the parts; null for an ordinary property
 */
record MappedProperty(
        Property property, List<Part> parts, @Nullable Shape object) {

    /** A column, and what is in it. */
    record Part(Property property, String column, Codec codec) {}

    static MappedProperty of(Property property, String column, Codec codec) {
        return new MappedProperty(property, List.of(new Part(property, column, codec)), null);
    }

    /** The only column's codec. */
    Codec codec() {
        return parts.get(0).codec();
    }

    /** The only column, or the first. */
    Path path() {
        return Path.of(parts.get(0).column());
    }

    /** Whether more than one column is needed. */
    boolean isComposite() {
        return parts.size() > 1;
    }

    boolean isNamed(String name) {
        return property.name().equals(name) || property.accessor().equals(name);
    }

    /** For each part a handle {@code (entity)Object} that gives the column's value. */
    List<MethodHandle> encoders() {
        if (object == null) {
            return List.of(Handles.encoder(property.getter(), codec()));
        }
        List<MethodHandle> encoders = new ArrayList<>();
        for (MethodHandle part : partEncoders(object)) {
            encoders.add(MethodHandles.filterReturnValue(property.getter(), part));
        }
        return encoders;
    }

    /** For each part a handle {@code (value)Object} that gives the column's value for a value of the property. */
    List<MethodHandle> valueEncoders() {
        return object == null
                ? List.of(Handles.encoder(MethodHandles.identity(Types.boxed(property.raw())), codec()))
                : partEncoders(object);
    }

    private List<MethodHandle> partEncoders(Shape shape) {
        return parts.stream()
                .map(part -> Handles.nullSafe(Handles.encoder(part.property().getter(), part.codec())))
                .map(part -> part.asType(part.type().changeParameterType(0, shape.type())))
                .toList();
    }

    /** A handle {@code (Row)V} for rows of this type; columns that it lacks read as null. */
    MethodHandle reader(RowType rows) {
        if (object == null) {
            return reader(parts.get(0), rows);
        }
        List<@Nullable MethodHandle> readers = new ArrayList<>();
        for (Part part : parts) {
            readers.add(reader(part, rows));
        }
        return object.construct(readers, Row.class);
    }

    private static MethodHandle reader(Part part, RowType rows) {
        int position = rows.indexOf(part.column());
        MethodHandle value = position < 0 ? Handles.noValue() : Handles.rowValue(position);
        return MethodHandles.filterReturnValue(
                value, Handles.decoder(part.codec(), part.property().raw()));
    }
}
