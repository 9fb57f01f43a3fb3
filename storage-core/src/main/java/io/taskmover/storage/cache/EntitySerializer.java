package io.taskmover.storage.cache;

import io.taskmover.storage.mapping.Entity;
import io.taskmover.storage.schema.RowJson;
import java.nio.charset.StandardCharsets;

/** Entities as the JSON of their rows. */
final class EntitySerializer<T> implements CacheSerializer<T> {
    private final Entity<T, ?> entity;
    private final RowJson json;

    EntitySerializer(Entity<T, ?> entity) {
        this.entity = entity;
        this.json = RowJson.of(entity.schema().rowType());
    }

    @Override
    public byte[] toBytes(T value) {
        return json.line(entity.toRow(value)).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public T fromBytes(byte[] bytes) {
        return entity.fromRow(json.read(bytes, (name, value) -> {
            throw new IllegalArgumentException("the class has no property for the column '" + name + "' any more");
        }));
    }
}
