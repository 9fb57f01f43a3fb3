package io.taskmover.storage.cli.output;

import io.taskmover.storage.schema.Row;
import java.io.IOException;
import java.io.OutputStream;
import tools.jackson.core.JsonGenerator;

/** Rows as JSON Lines: one object a line. */
final class JsonLinesWriter implements RowWriter {
    private final JsonGenerator generator;

    JsonLinesWriter(OutputStream out) {
        this.generator = JsonText.generator(out);
    }

    @Override
    public void write(Row row) throws IOException {
        JsonText.write(generator, row);
        generator.writeRaw('\n');
    }

    @Override
    public void finish() {
        generator.flush();
    }
}
