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
    private static final int LEAST_WIDTH = 8;
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
        String columns = widths.length < type.size() ? ", " + widths.length + " of " + type.size() + " columns" : "";
        out.write(faint("(" + rows + (rows == 1 ? " row" : " rows") + columns + ")") + "\n");
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
            rule[i] = "─".repeat(i < widths.length ? widths[i] : 0);
        }
        line(header, BOLD);
        line(rule, FAINT);
        for (String[] cells : sample) {
            line(cells, "");
        }
        sample.clear();
    }

    /** The widths of as many columns as fit: what they want, or the widest ones cut until the line fits. */
    private int[] fit() {
        int[] wanted = new int[type.size()];
        int shown = 0;
        int room = terminal.width() + GAP.length();
        for (int i = 0; i < wanted.length; i++) {
            wanted[i] = DisplayWidth.of(type.column(i).name());
            for (String[] cells : sample) {
                wanted[i] = Math.max(wanted[i], Math.min(terminal.width(), DisplayWidth.of(cells[i])));
            }
            room -= Math.min(wanted[i], LEAST_WIDTH) + GAP.length();
            shown = room >= 0 || i == 0 ? i + 1 : shown;
        }
        int[] fitting = Arrays.copyOf(wanted, shown);
        int excess = Arrays.stream(fitting).sum() + GAP.length() * (shown - 1) - terminal.width();
        while (excess > 0) {
            int widest = 0;
            for (int i = 1; i < shown; i++) {
                widest = fitting[i] > fitting[widest] ? i : widest;
            }
            fitting[widest]--;
            excess--;
        }
        return fitting;
    }

    private void line(String[] cells, String style) throws IOException {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < widths.length; i++) {
            String cell = DisplayWidth.truncate(cells[i], widths[i]);
            String padding = " ".repeat(Math.max(0, widths[i] - DisplayWidth.of(cell)));
            boolean right = type.column(i).type().isNumeric();
            line.append(i == 0 ? "" : GAP).append(right ? padding + cell : cell + padding);
        }
        String text = line.toString().stripTrailing();
        out.write(terminal.colours() && !style.isEmpty() ? style + text + PLAIN : text);
        out.write('\n');
    }

    private String faint(String text) {
        return terminal.colours() ? FAINT + text + PLAIN : text;
    }
}
