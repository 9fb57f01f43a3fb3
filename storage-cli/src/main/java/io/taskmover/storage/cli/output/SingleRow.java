package io.taskmover.storage.cli.output;

import io.taskmover.storage.schema.Row;
import java.io.IOException;
import java.io.OutputStream;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.util.DefaultIndenter;
import tools.jackson.core.util.DefaultPrettyPrinter;
import tools.jackson.core.util.Separators;

/** A row as indented JSON, for people. */
public final class SingleRow implements RowWriter {
    private final JsonGenerator generator;

    public SingleRow(OutputStream out) {
        // a line feed on every system, so that the same row is the same bytes
        DefaultIndenter lines = new DefaultIndenter("  ", "\n");
        Separators separators = Separators.createDefaultInstance().withObjectNameValueSpacing(Separators.Spacing.AFTER);
        this.generator = JsonText.generator(
                out,
                new DefaultPrettyPrinter(separators).withObjectIndenter(lines).withArrayIndenter(lines));
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
