package io.taskmover.storage.cli.output;

import io.taskmover.storage.schema.Blob;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Json;
import io.taskmover.storage.schema.Row;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonEncoding;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.ObjectWriteContext;
import tools.jackson.core.PrettyPrinter;
import tools.jackson.core.StreamWriteFeature;
import tools.jackson.core.io.NumberOutput;
import tools.jackson.core.json.JsonFactory;

/** The JSON form of rows: members in column order, nulls included, nested objects with their names sorted. */
final class JsonText {
    /** Up to here every integer is a double; beyond, digits would claim a precision that is not there. */
    private static final double EXACT_INTEGER = 1L << 53;

    private static final JsonFactory FACTORY = JsonFactory.builder()
            .disable(StreamWriteFeature.AUTO_CLOSE_TARGET)
            .disable(StreamWriteFeature.FLUSH_PASSED_TO_STREAM)
            .rootValueSeparator("")
            .build();

    private JsonText() {}

    static JsonGenerator generator(OutputStream out) {
        return FACTORY.createGenerator(ObjectWriteContext.empty(), out, JsonEncoding.UTF8);
    }

    /** A generator that puts each member in a line of its own. */
    static JsonGenerator generator(OutputStream out, PrettyPrinter layout) {
        return FACTORY.createGenerator(
                new ObjectWriteContext.Base() {
                    @Override
                    public PrettyPrinter getPrettyPrinter() {
                        return layout;
                    }

                    @Override
                    public boolean hasPrettyPrinter() {
                        return true;
                    }
                },
                out,
                JsonEncoding.UTF8);
    }

    static void write(JsonGenerator generator, Row row) throws IOException {
        generator.writeStartObject();
        for (int i = 0; i < row.type().size(); i++) {
            Column column = row.type().column(i);
            generator.writeName(column.name());
            write(generator, column.type(), row.get(i));
        }
        generator.writeEndObject();
    }

    private static void write(JsonGenerator generator, DataType type, @Nullable Object value) {
        if (value == null) {
            generator.writeNull();
            return;
        }
        switch (type) {
            case JSON -> Json.write(generator, value);
            case TEXT -> generator.writeString((String) value);
            case INTEGER -> generator.writeNumber((Long) value);
            case BOOLEAN -> generator.writeBoolean((Boolean) value);
            case REAL, DECIMAL -> generator.writeNumber(scalar(type, value));
            default -> generator.writeString(scalar(type, value));
        }
    }

    /** A value that is not null as bare text, as in CSV and tables: JSON as its text, but JSON strings without quotes. */
    static String scalar(DataType type, Object value) {
        return switch (type) {
            case JSON -> value instanceof String text ? text : Json.text(value);
            case REAL -> real((Double) value);
            case BLOB -> Base64.getEncoder().encodeToString(((Blob) value).toBytes());
            default -> value.toString();
        };
    }

    /** The shortest text that gives the same double; integers without a fraction, as JavaScript writes them. */
    private static String real(double real) {
        if (real == Math.rint(real) && Math.abs(real) <= EXACT_INTEGER) {
            return real == 0 && 1 / real < 0 ? "-0.0" : Long.toString((long) real);
        }
        // not Double.toString, which before JDK 19 is not always the shortest
        return NumberOutput.toString(real, true);
    }
}
