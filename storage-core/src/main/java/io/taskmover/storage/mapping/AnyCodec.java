package io.taskmover.storage.mapping;

import io.taskmover.storage.schema.Json;
import java.util.List;

/** A property of type {@link Object}: any JSON value in its canonical form. */
record AnyCodec() implements JsonCodec {
    @Override
    public Class<?> javaType() {
        return Object.class;
    }

    @Override
    public Object toJson(Object value) {
        return Json.canonical(value);
    }

    @Override
    public Object fromJson(Object json) {
        return json;
    }

    @Override
    public Member member(String property) {
        return new Member(property, null, List.of());
    }
}
