package io.taskmover.storage.cache;

import io.taskmover.storage.mapping.Entity;
import java.util.UUID;

/**
 * Keys or values of a {@link FileCache} as bytes. Keys are the same if their bytes are. Thread-safe; neither bytes nor
 * values are null, and whoever is given an array does not change it.
 *
 * <p>Java serialization is not among those that are ready, and should not be written either: who can write into the
 * directory could run what he likes.
 */
public interface CacheSerializer<T> {
    /** The bytes of a value; the same for equal keys. What this throws is thrown to whoever gave the value. */
    byte[] toBytes(T value);

    /** The value of bytes that {@link #toBytes} gave. If this throws, perhaps because classes have changed since, there is no value. */
    T fromBytes(byte[] bytes);

    /** Text as UTF-8. Halves of surrogate pairs are refused by an {@link IllegalArgumentException}: UTF-8 has none. */
    static CacheSerializer<String> ofStrings() {
        return Serializers.STRINGS;
    }

    /** Bytes as they are. */
    static CacheSerializer<byte[]> ofBytes() {
        return Serializers.BYTES;
    }

    /** Numbers as eight bytes. */
    static CacheSerializer<Long> ofLongs() {
        return Serializers.LONGS;
    }

    /** UUIDs as sixteen bytes. */
    static CacheSerializer<UUID> ofUuids() {
        return Serializers.UUIDS;
    }

    /** Entities as JSON, each as a repository would store it: properties that are transient are not kept. */
    static <T> CacheSerializer<T> ofEntities(Entity<T, ?> entity) {
        return new EntitySerializer<>(entity);
    }
}
