package io.taskmover.storage.cli.output;

import io.taskmover.storage.schema.Row;
import java.io.IOException;
import java.io.OutputStream;
import tools.jackson.core.JsonGenerator;

/** Rows as one JSON array, an object a line. */
final class JsonArrayWriter implements RowWriter {
    private final JsonGenerator generator;
    private boolean empty = true;

    JsonArrayWriter(OutputStream out) {
        this.generator = JsonText.generator(out);
    }

    @Override
    public void write(Row row) throws IOException {
        generator.writeRaw(empty ? "[\n" : ",\n");
        empty = false;
        JsonText.write(generator, row);
    }

    @Override
    public void finish() {
        generator.writeRaw(empty ? "[]\n" : "\n]\n");
        generator.flush();
    }
}
