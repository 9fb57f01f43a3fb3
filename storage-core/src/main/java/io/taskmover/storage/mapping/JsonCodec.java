package io.taskmover.storage.mapping;

import io.taskmover.storage.schema.DataType;
import org.jspecify.annotations.Nullable;

/** A codec whose column is JSON: the column's value and the JSON value are the same. */
interface JsonCodec extends Codec {
    @Override
    default DataType type() {
        return DataType.JSON;
    }

    @Override
    default @Nullable Object toColumn(Object value) {
        return toJson(value);
    }

    @Override
    default @Nullable Object fromColumn(Object stored) {
        return fromJson(stored);
    }

    @Override
    @Nullable
    Object toJson(Object value);

    @Override
    @Nullable
    Object fromJson(Object json);
}
