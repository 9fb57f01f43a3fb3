package io.taskmover.storage.mapping;

import io.taskmover.storage.query.Path;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
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

    /**
     * A column, and what is in it.
     *
     * @param column its name in the table
     * @param described its name as it is described, which is mostly that
     * @param former its aliases
     * @param codec for the type that it has in the table
     */
    record Part(Property property, String column, String described, List<String> former, Codec codec) {

        /** All names that it can have in rows, in the order in which they count. */
        Set<String> names() {
            Set<String> names = new LinkedHashSet<>();
            names.add(column);
            names.add(described);
            names.addAll(former);
            return names;
        }

        /** The codec of the property itself, whatever the table has. */
        Codec own() {
            return codec instanceof WidenedCodec widened ? widened.wide() : codec;
        }

        /** The position of the column in rows of a type, which may be older than the table; -1 if there is none. */
        int position(RowType rows) {
            for (String name : names()) {
                int position = rows.indexOf(name);
                if (position >= 0) {
                    return position;
                }
            }
            return -1;
        }

        /** The codec for a column of such rows. */
        Codec codec(RowType rows, int position) {
            return WidenedCodec.of(own(), rows.column(position).type());
        }
    }

    static MappedProperty of(Part part) {
        return new MappedProperty(part.property(), List.of(part), null);
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
        int position = part.position(rows);
        MethodHandle value = position < 0 ? Handles.noValue() : Handles.rowValue(position);
        Codec codec = position < 0 ? part.own() : part.codec(rows, position);
        return MethodHandles.filterReturnValue(
                value, Handles.decoder(codec, part.property().raw()));
    }
}
