package io.taskmover.storage.cli.output;

import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;

/**
 * Rows as comma-separated values, RFC 4180 with a header line and CR LF. Null is an empty field, the empty text is
 * {@code ""}; JSON columns hold JSON text, and JSON strings bare.
 */
final class CsvWriter implements RowWriter {
    private static final String END = "\r\n";

    private final Writer out;

    CsvWriter(OutputStream out, RowType type) throws IOException {
        this.out = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), 1 << 16);
        for (int i = 0; i < type.size(); i++) {
            this.out.write(i == 0 ? "" : ",");
            field(type.column(i).name());
        }
        this.out.write(END);
    }

    @Override
    public void write(Row row) throws IOException {
        for (int i = 0; i < row.type().size(); i++) {
            out.write(i == 0 ? "" : ",");
            Column column = row.type().column(i);
            Object value = row.get(i);
            if (value != null) {
                field(JsonText.scalar(column.type(), value));
            }
        }
        out.write(END);
    }

    private void field(String text) throws IOException {
        if (!text.isEmpty() && text.chars().noneMatch(c -> c == ',' || c == '"' || c == '\n' || c == '\r')) {
            out.write(text);
            return;
        }
        out.write('"');
        out.write(text.replace("\"", "\"\""));
        out.write('"');
    }

    @Override
    public void finish() throws IOException {
        out.flush();
    }
}
