package io.taskmover.storage.schema;

import java.io.StringWriter;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;

/**
 * JSON values and their text. A value is canonical when it consists only of unmodifiable
 *
 * <ul>
 *   <li>{@link Map} with {@link String} keys, in the order of their Unicode code points, and {@link List};
 *   <li>{@link String} without NUL and lone surrogates, {@link Boolean};
 *   <li>numbers: {@link Long} for integers of 64 bits, {@link BigDecimal} for all others; {@link Double} only for -0.0;
 *   <li>null inside of maps and lists.
 * </ul>
 *
 * <p>The order of members carries no meaning in JSON, and databases that store it drop it; sorting them makes the same
 * value the same bytes on every backend.
 */
public final class Json {
    /** How deep arrays and objects may nest. */
    public static final int MAX_DEPTH = 500;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(20_000)
                    .build())
            .build();

    private Json() {}

    /**
     * The canonical form of a value: maps, collections, arrays of objects, text, booleans, numbers and enum constants
     * (by name). A canonical value is copied all the same, since its maps and lists cannot be known to be unmodifiable.
     *
     * @throws IllegalArgumentException if {@code value} or a part of it is none of these, or not finite
     */
    public static Object canonical(Object value) {
        return Objects.requireNonNull(canonicalOrNull(value, 0));
    }

    private static @Nullable Object canonicalOrNull(@Nullable Object value, int depth) {
        if (depth > MAX_DEPTH) {
            throw new IllegalArgumentException("JSON nests deeper than " + MAX_DEPTH);
        }
        if (value == null || value instanceof Long || value instanceof Boolean) {
            return value;
        }
        if (value instanceof String text) {
            String problem = DataType.textProblem(text);
            if (problem != null) {
                throw new IllegalArgumentException("JSON text " + problem);
            }
            return text;
        }
        if (value instanceof Number number) {
            return canonicalNumber(number);
        }
        if (value instanceof Map<?, ?> map) {
            return canonicalMap(map, depth);
        }
        if (value instanceof Collection<?> collection) {
            @Nullable Object[] items = new @Nullable Object[collection.size()];
            int i = 0;
            for (Object item : collection) {
                items[i++] = canonicalOrNull(item, depth + 1);
            }
            return Collections.unmodifiableList(Arrays.asList(items));
        }
        if (value instanceof Enum<?> constant) {
            return constant.name();
        }
        if (value instanceof Object[] array) {
            return canonicalOrNull(Arrays.asList(array), depth);
        }
        throw new IllegalArgumentException(value.getClass().getName() + " has no JSON form");
    }

    private static Object canonicalMap(Map<?, ?> map, int depth) {
        String[] names = new String[map.size()];
        int n = 0;
        for (Object key : map.keySet()) {
            if (!(key instanceof String name)) {
                throw new IllegalArgumentException("A JSON object has text names, not " + key);
            }
            canonicalOrNull(name, depth);
            names[n++] = name;
        }
        Arrays.sort(names, DataType.TEXT::compare);
        Map<String, @Nullable Object> sorted = new LinkedHashMap<>(names.length * 2);
        for (String name : names) {
            sorted.put(name, canonicalOrNull(map.get(name), depth + 1));
        }
        return Collections.unmodifiableMap(sorted);
    }

    /** The canonical form of a number: see the class. */
    public static Number canonicalNumber(Number number) {
        if (number instanceof Long) {
            return number;
        }
        if (number instanceof Integer || number instanceof Short || number instanceof Byte) {
            return number.longValue();
        }
        if (number instanceof Double || number instanceof Float) {
            double real = number.doubleValue();
            if (!Double.isFinite(real)) {
                throw new IllegalArgumentException("JSON has no number " + number);
            }
            return real == 0 && 1 / real < 0 ? (Number) (-0.0) : canonicalNumber(new BigDecimal(number.toString()));
        }
        if (number instanceof BigInteger integer) {
            return integer.bitLength() < Long.SIZE ? (Number) integer.longValue() : new BigDecimal(integer);
        }
        BigDecimal decimal = number instanceof BigDecimal d ? d : new BigDecimal(number.toString());
        String problem = DataType.decimalProblem(decimal);
        if (problem != null) {
            throw new IllegalArgumentException("A JSON number " + problem);
        }
        if (decimal.scale() == 0 && decimal.unscaledValue().bitLength() < Long.SIZE) {
            return decimal.longValue();
        }
        return decimal;
    }

    /** What is wrong with {@code value} as a canonical JSON value, or null if it is one. */
    static @Nullable String problem(Object value) {
        return problem(value, 0);
    }

    private static @Nullable String problem(@Nullable Object value, int depth) {
        if (depth > MAX_DEPTH) {
            return "must not nest deeper than " + MAX_DEPTH;
        }
        if (value == null || value instanceof Long || value instanceof Boolean) {
            return null;
        }
        if (value instanceof String text) {
            return DataType.textProblem(text);
        }
        if (value instanceof BigDecimal decimal) {
            return DataType.decimalProblem(decimal);
        }
        if (value instanceof Double real) {
            return real == 0 ? null : "must hold its numbers as Long or BigDecimal";
        }
        if (value instanceof Map<?, ?> map) {
            String previous = null;
            for (Map.Entry<?, ?> member : map.entrySet()) {
                if (!(member.getKey() instanceof String name)) {
                    return "must have text names in its objects";
                }
                if (previous != null && DataType.TEXT.compare(previous, name) >= 0) {
                    return "must have the names in its objects sorted";
                }
                previous = name;
                String problem = DataType.textProblem(name);
                problem = problem == null ? problem(member.getValue(), depth + 1) : problem;
                if (problem != null) {
                    return problem;
                }
            }
            return null;
        }
        if (value instanceof List<?> list) {
            for (Object item : list) {
                String problem = problem(item, depth + 1);
                if (problem != null) {
                    return problem;
                }
            }
            return null;
        }
        return "must be JSON, not " + value.getClass().getSimpleName();
    }

    /**
     * Parses one JSON text to its canonical value; null for the text {@code null}.
     *
     * @throws IllegalArgumentException if it is not one JSON value and nothing more; the message names line and column
     */
    public static @Nullable Object parse(String text) {
        try (JsonParser parser = FACTORY.createParser(ObjectReadContext.empty(), text)) {
            if (parser.nextToken() == null) {
                throw new IllegalArgumentException("Empty text is not JSON");
            }
            Object value = read(parser);
            if (parser.nextToken() != null) {
                var place = parser.currentTokenLocation();
                throw new IllegalArgumentException("Something follows the JSON value at line " + place.getLineNr()
                        + ", column " + place.getColumnNr());
            }
            return value;
        } catch (JacksonException e) {
            throw new IllegalArgumentException(describe(e), e);
        }
    }

    /** What is wrong with a text and where, without the parser's own source excerpts. */
    public static String describe(JacksonException e) {
        var place = e.getLocation();
        return place == null
                ? e.getOriginalMessage()
                : "line " + place.getLineNr() + ", column " + place.getColumnNr() + ": " + e.getOriginalMessage();
    }

    /**
     * Reads the value at whose first token {@code parser} stands, to its canonical form, and stops at its last token.
     *
     * @throws IllegalArgumentException for a repeated member name or a text with NUL or lone surrogates
     */
    public static @Nullable Object read(JsonParser parser) {
        JsonToken token = parser.currentToken();
        return switch (token) {
            case VALUE_NULL -> null;
            case VALUE_TRUE -> Boolean.TRUE;
            case VALUE_FALSE -> Boolean.FALSE;
            case VALUE_STRING -> Objects.requireNonNull(canonicalOrNull(parser.getString(), 0));
            case VALUE_NUMBER_INT -> integer(parser);
            case VALUE_NUMBER_FLOAT -> real(parser);
            case START_ARRAY -> {
                List<@Nullable Object> items = new ArrayList<>();
                while (parser.nextToken() != JsonToken.END_ARRAY) {
                    items.add(read(parser));
                }
                yield Collections.unmodifiableList(items);
            }
            case START_OBJECT -> readObject(parser);
            default -> throw new IllegalArgumentException("Unexpected " + token);
        };
    }

    private static Object integer(JsonParser parser) {
        if (parser.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            return parser.getLongValue() == 0 && parser.getString().startsWith("-")
                    ? (Object) (-0.0)
                    : (Object) parser.getLongValue();
        }
        return canonicalNumber(parser.getBigIntegerValue());
    }

    private static Object real(JsonParser parser) {
        BigDecimal decimal = parser.getDecimalValue();
        if (decimal.signum() == 0 && parser.getString().startsWith("-")) {
            return -0.0;
        }
        // 1.0 stays a decimal with its scale; only what is written without fraction and exponent is an integer
        return decimal.scale() == 0 ? canonicalNumber(decimal) : checked(decimal);
    }

    private static BigDecimal checked(BigDecimal decimal) {
        String problem = DataType.decimalProblem(decimal);
        if (problem != null) {
            throw new IllegalArgumentException("A JSON number " + problem);
        }
        return decimal;
    }

    private static Object readObject(JsonParser parser) {
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        String previous = null;
        boolean sorted = true;
        while (parser.nextToken() != JsonToken.END_OBJECT) {
            String name = Objects.requireNonNull(parser.currentName());
            canonicalOrNull(name, 0);
            sorted &= previous == null || DataType.TEXT.compare(previous, name) < 0;
            previous = name;
            parser.nextToken();
            Object value = read(parser);
            if (members.containsKey(name)) {
                throw new IllegalArgumentException("The member '" + name + "' appears twice in one object");
            }
            members.put(name, value);
        }
        if (sorted) {
            return Collections.unmodifiableMap(members);
        }
        String[] names = members.keySet().toArray(new String[0]);
        Arrays.sort(names, DataType.TEXT::compare);
        Map<String, @Nullable Object> ordered = new LinkedHashMap<>(names.length * 2);
        for (String name : names) {
            ordered.put(name, members.get(name));
        }
        return Collections.unmodifiableMap(ordered);
    }

    /** The compact text of a canonical value: no white space, members in their order, non-ASCII characters as they are. */
    public static String text(@Nullable Object value) {
        StringWriter out = new StringWriter();
        try (JsonGenerator generator = FACTORY.createGenerator(ObjectWriteContext.empty(), out)) {
            write(generator, value);
        }
        return out.toString();
    }

    /** Writes a canonical value. */
    public static void write(JsonGenerator generator, @Nullable Object value) {
        if (value == null) {
            generator.writeNull();
        } else if (value instanceof String text) {
            generator.writeString(text);
        } else if (value instanceof Long number) {
            generator.writeNumber(number);
        } else if (value instanceof Boolean truth) {
            generator.writeBoolean(truth);
        } else if (value instanceof BigDecimal decimal) {
            // toString, not toPlainString: 1E+6 keeps its scale, and 1E+10000 its shortness
            generator.writeNumber(decimal.toString());
        } else if (value instanceof Double) {
            generator.writeNumber("-0.0");
        } else if (value instanceof Map<?, ?> map) {
            generator.writeStartObject();
            map.forEach((name, member) -> {
                generator.writeName((String) name);
                write(generator, member);
            });
            generator.writeEndObject();
        } else if (value instanceof List<?> list) {
            generator.writeStartArray();
            for (Object item : list) {
                write(generator, item);
            }
            generator.writeEndArray();
        } else {
            throw new IllegalArgumentException(value.getClass().getName() + " is not canonical JSON");
        }
    }
}
