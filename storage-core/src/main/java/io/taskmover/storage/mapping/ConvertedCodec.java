package io.taskmover.storage.mapping;

import io.taskmover.storage.schema.DataType;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Values that a {@link Converter} makes storable. */
record ConvertedCodec(Class<?> javaType, Converter<Object, Object> converter, Codec stored) implements Codec {
    @Override
    public DataType type() {
        return stored.type();
    }

    @Override
    public @Nullable Object toColumn(Object value) {
        return stored.toColumn(converter.toStored(value));
    }

    @Override
    public @Nullable Object toLiteral(Object value) {
        return stored.toLiteral(converter.toStored(value));
    }

    @Override
    public boolean hasFormerNames() {
        return stored.hasFormerNames();
    }

    @Override
    public List<Object> namesOf(Object column) {
        return stored.namesOf(column);
    }

    @Override
    public @Nullable Object fromColumn(Object column) {
        Object value = stored.fromColumn(column);
        return value == null ? null : converter.fromStored(value);
    }

    @Override
    public @Nullable Object toJson(Object value) {
        return stored.toJson(converter.toStored(value));
    }

    @Override
    public @Nullable Object fromJson(Object json) {
        Object value = stored.fromJson(json);
        return value == null ? null : converter.fromStored(value);
    }

    @Override
    public @Nullable Member member(String property) {
        return stored.member(property);
    }
}
