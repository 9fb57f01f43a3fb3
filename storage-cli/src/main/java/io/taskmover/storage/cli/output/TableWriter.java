package io.taskmover.storage.cli.output;

import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Rows as a table for people that fits into a terminal: the first rows decide the widths of the columns, and what does
 * not fit is cut off with an ellipsis. Numbers stand to the right.
 */
final class TableWriter implements RowWriter {
    private static final int SAMPLE = 500;
    private static final int LEAST_WIDTH = 4;
    private static final String GAP = "  ";
    private static final String BOLD = "\u001b[1m";
    private static final String FAINT = "\u001b[2m";
    private static final String PLAIN = "\u001b[0m";

    private final Writer out;
    private final RowType type;
    private final Terminal terminal;
    private final List<String[]> sample = new ArrayList<>();
    private int[] widths = {};
    private long rows;

    TableWriter(OutputStream out, RowType type, Terminal terminal) {
        this.out = new BufferedWriter(new OutputStreamWriter(out, StandardCharsets.UTF_8), 1 << 16);
        this.type = type;
        this.terminal = terminal;
    }

    @Override
    public void write(Row row) throws IOException {
        String[] cells = new String[type.size()];
        for (int i = 0; i < cells.length; i++) {
            Object value = row.get(i);
            cells[i] =
                    value == null ? "" : oneLine(JsonText.scalar(type.column(i).type(), value));
        }
        rows++;
        if (rows <= SAMPLE) {
            sample.add(cells);
        } else {
            start();
            line(cells, "");
        }
    }

    /** Line ends and other control characters as pictures, so that a row is one line. */
    private String oneLine(String text) {
        // cells are never wider than the terminal: no need to look at megabytes
        String seen = text.length() > terminal.width() * 8 ? text.substring(0, terminal.width() * 8) : text;
        StringBuilder clean = null;
        for (int i = 0; i < seen.length(); i++) {
            char c = seen.charAt(i);
            if (c < 0x20 || (c >= 0x7F && c < 0xA0)) {
                clean = clean == null ? new StringBuilder(seen) : clean;
                clean.setCharAt(i, c < 0x20 ? (char) (0x2400 + c) : '\uFFFD');
            }
        }
        return clean == null ? seen : clean.toString();
    }

    @Override
    public void finish() throws IOException {
        start();
        out.write(faint("(" + rows + (rows == 1 ? " row)" : " rows)")) + "\n");
        out.flush();
    }

    private void start() throws IOException {
        if (widths.length > 0) {
            return;
        }
        widths = fit();
        String[] header = new String[type.size()];
        String[] rule = new String[type.size()];
        for (int i = 0; i < header.length; i++) {
            header[i] = type.column(i).name();
            rule[i] = "─".repeat(widths[i]);
        }
        line(header, BOLD);
        line(rule, FAINT);
        for (String[] cells : sample) {
            line(cells, "");
        }
        sample.clear();
    }

    /** The widths that the columns want, the widest ones cut until the line fits. */
    private int[] fit() {
        int[] wanted = new int[type.size()];
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = DisplayWidth.of(type.column(i).name());
            for (String[] cells : sample) {
                wanted[i] = Math.max(wanted[i], Math.min(terminal.width(), DisplayWidth.of(cells[i])));
            }
        }
        int room = terminal.width() - GAP.length() * (wanted.length - 1);
        int excess = Arrays.stream(wanted).sum() - room;
        while (excess > 0) {
            int widest = 0;
            for (int i = 1; i < wanted.length; i++) {
                widest = wanted[i] > wanted[widest] ? i : widest;
            }
            if (wanted[widest] <= LEAST_WIDTH) {
                break;
            }
            wanted[widest]--;
            excess--;
        }
        return wanted;
    }

    private void line(String[] cells, String style) throws IOException {
        StringBuilder line = new StringBuilder();
        // columns that find no room even at their least width are left out, rather than breaking every line
        int left = terminal.width();
        for (int i = 0; i < cells.length && left > 0; i++) {
            int width = Math.min(widths[i], left);
            String cell = DisplayWidth.truncate(cells[i], width);
            String padding = " ".repeat(Math.max(0, width - DisplayWidth.of(cell)));
            boolean right = type.column(i).type().isNumeric();
            line.append(i == 0 ? "" : GAP).append(right ? padding + cell : cell + padding);
            left -= width + GAP.length();
        }
        String text = line.toString().stripTrailing();
        out.write(terminal.colours() && !style.isEmpty() ? style + text + PLAIN : text);
        out.write('\n');
    }

    private String faint(String text) {
        return terminal.colours() ? FAINT + text + PLAIN : text;
    }
}
