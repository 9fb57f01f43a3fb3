package io.taskmover.storage.file;

import io.taskmover.storage.schema.Blob;
import io.taskmover.storage.schema.CompositeKey;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Values of every {@link io.taskmover.storage.schema.DataType} as bytes: one byte that says what follows, and that.
 * The numbers of the tags are part of the journal's format and never change their meaning.
 */
final class ValueCodec {
    private static final int NULL = 0;
    private static final int TEXT = 1;
    private static final int INTEGER = 2;
    private static final int REAL = 3;
    private static final int DECIMAL = 4;
    private static final int FALSE = 5;
    private static final int TRUE = 6;
    private static final int TIMESTAMP = 7;
    private static final int DATE = 8;
    private static final int TIME = 9;
    private static final int UUID_BYTES = 10;
    private static final int BLOB = 11;
    private static final int JSON_OBJECT = 12;
    private static final int JSON_ARRAY = 13;

    private ValueCodec() {}

    /** The parts of a primary key: a varint of how many, and their values. */
    static void writeKey(ByteSink out, Object key) {
        List<Object> parts = key instanceof CompositeKey composite ? composite.values() : List.of(key);
        out.putVarint(parts.size());
        for (Object part : parts) {
            write(out, part);
        }
    }

    static Object readKey(ByteSource in) {
        Object[] parts = new Object[in.getCount()];
        for (int i = 0; i < parts.length; i++) {
            Object part = read(in);
            if (part == null) {
                throw new IllegalArgumentException("a part of a key is null");
            }
            parts[i] = part;
        }
        return parts.length == 1 ? parts[0] : new CompositeKey(List.of(parts));
    }

    static void write(ByteSink out, @Nullable Object value) {
        if (value == null) {
            out.putByte(NULL);
        } else if (value instanceof String text) {
            out.putByte(TEXT);
            out.putText(text);
        } else if (value instanceof Long integer) {
            out.putByte(INTEGER);
            out.putZigzag(integer);
        } else if (value instanceof Boolean truth) {
            out.putByte(truth ? TRUE : FALSE);
        } else if (value instanceof Double real) {
            out.putByte(REAL);
            out.putLong(Double.doubleToRawLongBits(real));
        } else if (value instanceof BigDecimal decimal) {
            out.putByte(DECIMAL);
            out.putZigzag(decimal.scale());
            out.putBytes(decimal.unscaledValue().toByteArray());
        } else if (value instanceof Instant instant) {
            out.putByte(TIMESTAMP);
            out.putZigzag(instant.getEpochSecond());
            out.putVarint(instant.getNano());
        } else if (value instanceof LocalDate date) {
            out.putByte(DATE);
            out.putZigzag(date.toEpochDay());
        } else if (value instanceof LocalTime time) {
            out.putByte(TIME);
            out.putVarint(time.toNanoOfDay());
        } else if (value instanceof UUID uuid) {
            out.putByte(UUID_BYTES);
            out.putLong(uuid.getMostSignificantBits());
            out.putLong(uuid.getLeastSignificantBits());
        } else if (value instanceof Blob blob) {
            out.putByte(BLOB);
            out.putBytes(blob.toBytes());
        } else if (value instanceof Map<?, ?> map) {
            out.putByte(JSON_OBJECT);
            out.putVarint(map.size());
            map.forEach((name, member) -> {
                out.putText((String) name);
                write(out, member);
            });
        } else if (value instanceof List<?> list) {
            out.putByte(JSON_ARRAY);
            out.putVarint(list.size());
            for (Object item : list) {
                write(out, item);
            }
        } else {
            throw new IllegalArgumentException(value.getClass().getName() + " is not a value of any column type");
        }
    }

    /** @throws IllegalArgumentException if the bytes are not what {@link #write} makes */
    static @Nullable Object read(ByteSource in) {
        int tag = in.getByte();
        return switch (tag) {
            case NULL -> null;
            case TEXT -> in.getText();
            case INTEGER -> in.getZigzag();
            case REAL -> Double.longBitsToDouble(in.getLong());
            case DECIMAL -> {
                int scale = (int) in.getZigzag();
                yield new BigDecimal(new BigInteger(in.getBytes()), scale);
            }
            case FALSE -> Boolean.FALSE;
            case TRUE -> Boolean.TRUE;
            case TIMESTAMP -> {
                long seconds = in.getZigzag();
                yield Instant.ofEpochSecond(seconds, in.getVarint());
            }
            case DATE -> LocalDate.ofEpochDay(in.getZigzag());
            case TIME -> LocalTime.ofNanoOfDay(in.getVarint());
            case UUID_BYTES -> {
                long high = in.getLong();
                yield new UUID(high, in.getLong());
            }
            case BLOB -> Blob.of(in.getBytes());
            case JSON_OBJECT -> {
                int size = in.getCount();
                Map<String, @Nullable Object> map = new LinkedHashMap<>(size * 2);
                for (int i = 0; i < size; i++) {
                    String name = in.getText();
                    map.put(name, read(in));
                }
                yield Collections.unmodifiableMap(map);
            }
            case JSON_ARRAY -> {
                int size = in.getCount();
                List<@Nullable Object> list = new ArrayList<>(size);
                for (int i = 0; i < size; i++) {
                    list.add(read(in));
                }
                yield Collections.unmodifiableList(list);
            }
            default -> throw new IllegalArgumentException("there is no value with tag " + tag);
        };
    }
}
