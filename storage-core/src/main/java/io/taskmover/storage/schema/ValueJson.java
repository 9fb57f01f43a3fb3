package io.taskmover.storage.schema;

import java.math.BigDecimal;
import java.util.Base64;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;

/** One value of one {@link DataType} as JSON; the forms are {@link RowJson}'s. */
final class ValueJson {
    private ValueJson() {}

    static void write(JsonGenerator generator, DataType type, Object value) {
        switch (type) {
            case TEXT -> generator.writeString((String) value);
            case INTEGER -> generator.writeNumber((Long) value);
            case REAL -> generator.writeNumber((Double) value);
            // toString, not toPlainString: 1E+6 keeps its scale, and 1E+10000 its shortness
            case DECIMAL -> generator.writeNumber(value.toString());
            case BOOLEAN -> generator.writeBoolean((Boolean) value);
            case TIMESTAMP, DATE, TIME, UUID -> generator.writeString(type.text(value));
            case BLOB -> generator.writeString(Base64.getEncoder().encodeToString(((Blob) value).toBytes()));
            case JSON -> Json.write(generator, value);
        }
    }

    /**
     * The value, not null, at whose first token {@code parser} stands.
     *
     * @throws IllegalArgumentException with a message that completes "the member 'x' …"
     */
    static Object read(JsonParser parser, DataType type) {
        if (type == DataType.JSON) {
            Object value = Json.read(parser);
            if (value == null) {
                throw new IllegalArgumentException("must not be null");
            }
            return value;
        }
        Object value = switch (type) {
            case TEXT -> string(parser, type);
            case INTEGER -> integer(parser);
            case REAL -> real(parser);
            case DECIMAL -> decimal(parser);
            case BOOLEAN -> bool(parser);
            case TIMESTAMP, DATE, TIME, UUID -> parsed(parser, type);
            case BLOB -> blob(parser);
            case JSON -> throw new AssertionError(type);
        };
        String problem = type.problem(value);
        if (problem != null) {
            throw new IllegalArgumentException(problem);
        }
        return value;
    }

    private static String string(JsonParser parser, DataType type) {
        if (parser.currentToken() != JsonToken.VALUE_STRING) {
            throw mismatch(parser, type);
        }
        return parser.getString();
    }

    private static Long integer(JsonParser parser) {
        if (parser.currentToken() != JsonToken.VALUE_NUMBER_INT
                || parser.getNumberType() == JsonParser.NumberType.BIG_INTEGER) {
            throw mismatch(parser, DataType.INTEGER);
        }
        return parser.getLongValue();
    }

    private static Double real(JsonParser parser) {
        if (!parser.currentToken().isNumeric()) {
            throw mismatch(parser, DataType.REAL);
        }
        // through the text: -0 is a real number of its own, but the same integer as 0
        return parser.currentToken() == JsonToken.VALUE_NUMBER_INT
                ? (Double) Double.parseDouble(parser.getString())
                : (Double) parser.getDoubleValue();
    }

    private static BigDecimal decimal(JsonParser parser) {
        if (parser.currentToken().isNumeric()) {
            return parser.getDecimalValue();
        }
        if (parser.currentToken() == JsonToken.VALUE_STRING) {
            return (BigDecimal) DataType.DECIMAL.coerce(parser.getString());
        }
        throw mismatch(parser, DataType.DECIMAL);
    }

    private static Boolean bool(JsonParser parser) {
        if (!parser.currentToken().isBoolean()) {
            throw mismatch(parser, DataType.BOOLEAN);
        }
        return parser.currentToken() == JsonToken.VALUE_TRUE;
    }

    private static Object parsed(JsonParser parser, DataType type) {
        String text = string(parser, type);
        try {
            return type.coerce(text);
        } catch (IllegalArgumentException e) {
            throw mismatch(parser, type);
        }
    }

    private static Blob blob(JsonParser parser) {
        String text = string(parser, DataType.BLOB);
        try {
            return Blob.of(Base64.getDecoder().decode(text));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("must be base64", e);
        }
    }

    private static IllegalArgumentException mismatch(JsonParser parser, DataType type) {
        return new IllegalArgumentException("must be " + type + ", not " + describe(parser));
    }

    /** What stands at the parser's token, for people. */
    static String describe(JsonParser parser) {
        JsonToken token = parser.currentToken();
        if (token == null) {
            return "the end of the text";
        }
        return switch (token) {
            case START_OBJECT -> "an object";
            case START_ARRAY -> "an array";
            case VALUE_STRING -> "the text \"" + shortened(parser.getString()) + '"';
            default -> shortened(parser.getString());
        };
    }

    private static String shortened(String text) {
        return text.codePointCount(0, text.length()) <= 40
                ? text
                : text.substring(0, text.offsetByCodePoints(0, 40)) + "…";
    }
}
