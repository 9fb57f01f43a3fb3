package io.taskmover.storage.mapping;

import io.taskmover.storage.schema.DataType;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What an {@link Optional} holds; empty as null. */
record OptionalCodec(Codec item) implements Codec {
    @Override
    public DataType type() {
        return item.type();
    }

    @Override
    public Class<?> javaType() {
        return Optional.class;
    }

    @Override
    public boolean accepts(Object value) {
        return value instanceof Optional || item.accepts(value);
    }

    @Override
    public @Nullable Object toColumn(Object value) {
        return value instanceof Optional<?> optional
                ? optional.map(item::toColumn).orElse(null)
                : item.toColumn(value);
    }

    @Override
    public Object fromColumn(Object stored) {
        return Optional.ofNullable(item.fromColumn(stored));
    }

    @Override
    public @Nullable Object toJson(Object value) {
        return value instanceof Optional<?> optional
                ? optional.map(item::toJson).orElse(null)
                : item.toJson(value);
    }

    @Override
    public Object fromJson(Object json) {
        return Optional.ofNullable(item.fromJson(json));
    }

    @Override
    public @Nullable Object toLiteral(Object value) {
        return value instanceof Optional<?> optional
                ? optional.map(item::toLiteral).orElse(null)
                : item.toLiteral(value);
    }

    @Override
    public boolean hasFormerNames() {
        return item.hasFormerNames();
    }

    @Override
    public List<Object> namesOf(Object stored) {
        return item.namesOf(stored);
    }

    @Override
    public Object absent() {
        return Optional.empty();
    }

    @Override
    public @Nullable Member member(String property) {
        return item.member(property);
    }
}
