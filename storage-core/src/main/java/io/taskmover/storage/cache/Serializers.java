package io.taskmover.storage.cache;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/** The serializers that are ready for use. */
final class Serializers {
    static final CacheSerializer<String> STRINGS = new CacheSerializer<>() {
        @Override
        public byte[] toBytes(String value) {
            requireWhole(value);
            return value.getBytes(StandardCharsets.UTF_8);
        }

        @Override
        public String fromBytes(byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
    };

    static final CacheSerializer<byte[]> BYTES = new CacheSerializer<>() {
        @Override
        public byte[] toBytes(byte[] value) {
            return value;
        }

        @Override
        public byte[] fromBytes(byte[] bytes) {
            return bytes;
        }
    };

    static final CacheSerializer<Long> LONGS = new CacheSerializer<>() {
        @Override
        public byte[] toBytes(Long value) {
            return ByteBuffer.allocate(Long.BYTES).putLong(value).array();
        }

        @Override
        public Long fromBytes(byte[] bytes) {
            return ByteBuffer.wrap(bytes).getLong();
        }
    };

    static final CacheSerializer<UUID> UUIDS = new CacheSerializer<>() {
        @Override
        public byte[] toBytes(UUID value) {
            return ByteBuffer.allocate(2 * Long.BYTES)
                    .putLong(value.getMostSignificantBits())
                    .putLong(value.getLeastSignificantBits())
                    .array();
        }

        @Override
        public UUID fromBytes(byte[] bytes) {
            ByteBuffer buffer = ByteBuffer.wrap(bytes);
            return new UUID(buffer.getLong(), buffer.getLong());
        }
    };

    private Serializers() {}

    /** Java would write a question mark for half a pair, and two keys would be one. */
    private static void requireWhole(String text) {
        for (int i = 0; i < text.length(); i++) {
            char unit = text.charAt(i);
            if (Character.isSurrogate(unit)) {
                boolean pair = Character.isHighSurrogate(unit)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (!pair) {
                    throw new IllegalArgumentException("A text with half a surrogate pair, at " + i
                            + ", cannot be kept on disk: UTF-8 has no form for it");
                }
                i++;
            }
        }
    }
}
