package io.taskmover.storage.schema;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.StringWriter;
import java.io.Writer;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.SerializableString;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamWriteConstraints;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.io.SerializedString;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonWriteFeature;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;

/**
 * Rows of one type as JSON objects: one member for each column, in column order; the same row always gives the same
 * bytes.
 *
 * <p>TEXT, TIMESTAMP (ISO 8601 in UTC), DATE, TIME, UUID and BLOB (base64) are JSON strings; INTEGER, REAL (the
 * shortest digits that give the same double) and DECIMAL (with its scale) are numbers; BOOLEAN is a boolean; a JSON
 * column's value stands as it is. A null is left out, except in a column that has a default, where it is written:
 * a member that is missing stands for the column's default.
 *
 * <p>Immutable and thread-safe.
 */
public final class RowJson {
    /** An array of rows, the row, and what {@link Json} allows inside. */
    private static final int MAX_DEPTH = Json.MAX_DEPTH + 2;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(MAX_DEPTH)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNumberLength(20_000)
                    .build())
            .streamWriteConstraints(
                    StreamWriteConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
            // Double.toString gives the shortest digits only from JDK 19 on; files must not depend on the JDK
            .enable(StreamWriteFeature.USE_FAST_DOUBLE_WRITER)
            .enable(JsonWriteFeature.COMBINE_UNICODE_SURROGATES_IN_UTF8)
            .build();

    private static final SerializedString LINE_END = new SerializedString("\n");
    private static final DefaultIndenter INDENT = new DefaultIndenter("  ", "\n");
    private static final DefaultPrettyPrinter PRINTER = new DefaultPrettyPrinter(Separators.createDefaultInstance()
                    .withObjectNameValueSpacing(Separators.Spacing.AFTER)
                    .withObjectEmptySeparator("")
                    .withArrayEmptySeparator(""))
            .withObjectIndenter(INDENT)
            .withArrayIndenter(INDENT);
    private static final ObjectWriteContext PRETTY = new ObjectWriteContext.Base() {
        @Override
        public PrettyPrinter getPrettyPrinter() {
            return PRINTER.createInstance();
        }

        @Override
        public boolean hasPrettyPrinter() {
            return true;
        }
    };

    private static final ObjectWriteContext LINES = new ObjectWriteContext.Base() {
        @Override
        public SerializableString getRootValueSeparator(SerializableString usual) {
            return LINE_END;
        }
    };

    private final RowType type;
    private final Map<String, Integer> positions;

    private RowJson(RowType type) {
        this.type = type;
        this.positions = new HashMap<>(type.size() * 2);
        for (int i = 0; i < type.size(); i++) {
            positions.put(type.column(i).name(), i);
        }
    }

    /** Is told of each member that is not a column, in the order of the text. */
    @FunctionalInterface
    public interface UnknownMembers {
        /** @param value the canonical JSON value; null for JSON null */
        void member(String name, @Nullable Object value);
    }

    /** The form of rows of this type; worth keeping. */
    public static RowJson of(RowType type) {
        return new RowJson(type);
    }

    /** A parser that takes everything a row may hold. Its own exceptions are {@link JacksonException}s. */
    public static JsonParser parser(InputStream utf8) {
        return FACTORY.createParser(ObjectReadContext.empty(), utf8);
    }

    /** A parser of UTF-8 bytes. */
    public static JsonParser parser(byte[] utf8) {
        return FACTORY.createParser(ObjectReadContext.empty(), utf8);
    }

    /** A generator of UTF-8: compact, or indented by two spaces with LF line ends. */
    public static JsonGenerator generator(OutputStream out, boolean pretty) {
        return FACTORY.createGenerator(pretty ? PRETTY : ObjectWriteContext.empty(), out);
    }

    /** A generator of compact UTF-8 that writes each value after the first into a line of its own. */
    public static JsonGenerator lines(OutputStream out) {
        return FACTORY.createGenerator(LINES, out);
    }

    /** A generator of compact text. */
    public static JsonGenerator generator(Writer out) {
        return FACTORY.createGenerator(ObjectWriteContext.empty(), out);
    }

    /** The row in one line, without a line end. */
    public String line(Row row) {
        StringWriter out = new StringWriter(256);
        try (JsonGenerator generator = generator(out)) {
            write(generator, row);
        }
        return out.toString();
    }

    /** The row as a file for people: UTF-8, indented by two spaces, LF line ends, one at the end. */
    public byte[] file(Row row) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(512);
        try (JsonGenerator generator = generator(out, true)) {
            write(generator, row);
        }
        out.write('\n');
        return out.toByteArray();
    }

    /** Writes one object. */
    public void write(JsonGenerator generator, Row row) {
        generator.writeStartObject();
        for (int i = 0; i < type.size(); i++) {
            Object value = row.get(i);
            Column column = type.column(i);
            if (value != null) {
                generator.writeName(column.name());
                ValueJson.write(generator, column.type(), value);
            } else if (column.defaultValue() != null) {
                generator.writeName(column.name());
                generator.writeNull();
            }
        }
        generator.writeEndObject();
    }

    /**
     * Reads a text that is one object and nothing more.
     *
     * @throws IllegalArgumentException as {@link #read(JsonParser, UnknownMembers)}, also for what is not JSON
     */
    public Row read(byte[] utf8, UnknownMembers unknown) {
        try (JsonParser parser = parser(utf8)) {
            parser.nextToken();
            Row row = read(parser, unknown);
            if (parser.nextToken() != null) {
                throw problem(parser, "something follows the object");
            }
            return row;
        } catch (JacksonException e) {
            throw new IllegalArgumentException(Json.describe(e), e);
        }
    }

    /**
     * Reads the object at whose first token {@code parser} stands and stops at its last. Members may come in any
     * order. Rules that are not of a type (not null, checks) are not looked at.
     *
     * @throws IllegalArgumentException if it is no object, a member appears twice or a value is not of its column's
     *     type; the message names the member and its line and column
     * @throws JacksonException if it is not JSON
     */
    public Row read(JsonParser parser, UnknownMembers unknown) {
        if (parser.currentToken() != JsonToken.START_OBJECT) {
            throw problem(parser, "an object is expected, not " + ValueJson.describe(parser));
        }
        @Nullable Object[] values = new @Nullable Object[type.size()];
        boolean[] seen = new boolean[values.length];
        // files that this class wrote have the members in column order: try the next column before the map
        int next = 0;
        for (String name = parser.nextName(); name != null; name = parser.nextName()) {
            while (next < values.length && seen[next]) {
                next++;
            }
            int position = next < values.length && type.column(next).name().equals(name)
                    ? next
                    : positions.getOrDefault(name, -1);
            if (position < 0) {
                unknown.member(name, readUnknown(parser, name));
                continue;
            }
            if (seen[position]) {
                throw problem(parser, "the member '" + name + "' appears twice");
            }
            seen[position] = true;
            values[position] = readColumn(parser, type.column(position));
        }
        for (int i = 0; i < values.length; i++) {
            if (!seen[i]) {
                values[i] = type.column(i).defaultValue();
            }
        }
        return Row.adopt(type, values);
    }

    private static @Nullable Object readColumn(JsonParser parser, Column column) {
        if (parser.nextToken() == JsonToken.VALUE_NULL) {
            return null;
        }
        try {
            return ValueJson.read(parser, column.type());
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(at(parser) + "the member '" + column.name() + "' " + e.getMessage(), e);
        }
    }

    private static @Nullable Object readUnknown(JsonParser parser, String name) {
        parser.nextToken();
        try {
            return Json.read(parser);
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(at(parser) + "the member '" + name + "': " + e.getMessage(), e);
        }
    }

    private static IllegalArgumentException problem(JsonParser parser, String what) {
        return new IllegalArgumentException(at(parser) + what);
    }

    private static String at(JsonParser parser) {
        var place = parser.currentTokenLocation();
        return "line " + place.getLineNr() + ", column " + place.getColumnNr() + ": ";
    }
}
