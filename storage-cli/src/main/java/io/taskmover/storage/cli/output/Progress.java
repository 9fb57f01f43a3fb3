package io.taskmover.storage.cli.output;

import java.io.PrintStream;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Shows how long work goes on, on standard error: on a terminal a bar with rate and time left, redrawn a few times a
 * second; elsewhere a plain line every ten seconds and one at the end of a task that took a while; or nothing. Used by
 * one thread.
 */
public final class Progress {
    /** How progress is shown. */
    public enum Style {
        BAR,
        LINES,
        NONE
    }

    private static final long REDRAW_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long LINE_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long WORTH_A_LINE_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final PrintStream err;
    private final Style style;
    private final int width;
    private final LongSupplier nanoTime;
    private boolean barDrawn;

    /** @param nanoTime as {@link System#nanoTime} */
    public Progress(PrintStream err, Style style, int width, LongSupplier nanoTime) {
        this.err = err;
        this.style = style;
        this.width = width;
        this.nanoTime = nanoTime;
    }

    /**
     * Begins a task.
     *
     * @param label what is done: {@code Loading}
     * @param unit what is counted: {@code rows}
     * @param total the work in all, in any unit; 0 if it is not known
     */
    public Task start(String label, String unit, long total) {
        return new Task(label, unit, total);
    }

    /** Shows on a terminal, while {@code work} runs, that something goes on whose amount is not known. */
    public void during(String label, Runnable work) {
        if (style == Style.BAR) {
            err.print("\r" + DisplayWidth.truncate(label + " …", width - 1) + "\u001b[K");
            err.flush();
            barDrawn = true;
        }
        try {
            work.run();
        } finally {
            eraseBar();
        }
    }

    /** Writes a line that stays, above the bar; shown in every style. */
    public void println(String line) {
        eraseBar();
        err.println(line);
    }

    private void eraseBar() {
        if (barDrawn) {
            err.print("\r\u001b[K");
            err.flush();
            barDrawn = false;
        }
    }

    /** One piece of work; its end takes the bar away. */
    public final class Task implements AutoCloseable {
        private final String label;
        private final String unit;
        private final long total;
        private final long start = nanoTime.getAsLong();
        private long shownAt = start;
        private long count;
        private long done;

        private Task(String label, String unit, long total) {
            this.label = label;
            this.unit = unit;
            this.total = total;
        }

        /**
         * @param count how many units are done, for people
         * @param done how much of the total is done
         */
        public void update(long count, long done) {
            this.count = count;
            this.done = done;
            if (style == Style.NONE) {
                return;
            }
            long now = nanoTime.getAsLong();
            if (now - shownAt >= (style == Style.BAR ? REDRAW_NANOS : LINE_NANOS)) {
                shownAt = now;
                show(now);
            }
        }

        private void show(long now) {
            if (style == Style.BAR) {
                err.print("\r" + DisplayWidth.truncate(bar(now), width - 1) + "\u001b[K");
                err.flush();
                barDrawn = true;
            } else {
                err.println(line(now));
            }
        }

        private String bar(long now) {
            String text = line(now);
            int cells = Math.min(30, width - 2 - text.length() - 3);
            if (total == 0 || cells < 5) {
                return text;
            }
            int full = (int) (cells * Math.min(1.0, (double) done / total));
            return label + " [" + "█".repeat(full) + "░".repeat(cells - full) + "]" + text.substring(label.length());
        }

        private String line(long now) {
            double seconds = Math.max(1e-3, (now - start) / 1e9);
            StringBuilder text = new StringBuilder(label);
            if (total > 0) {
                text.append(String.format(Locale.ROOT, " %3d%%", Math.min(100, done * 100 / total)));
            }
            text.append(String.format(Locale.ROOT, "  %,d %s  %,.0f/s", count, unit, count / seconds));
            if (total > 0 && done > 0 && done < total) {
                text.append("  ")
                        .append(duration(Math.round(seconds * (total - done) / done)))
                        .append(" left");
            }
            return text.toString();
        }

        @Override
        public void close() {
            eraseBar();
            long now = nanoTime.getAsLong();
            if (style == Style.LINES && now - start >= WORTH_A_LINE_NANOS) {
                err.println(line(now));
            }
        }
    }

    private static String duration(long seconds) {
        return seconds < 60
                ? seconds + " s"
                : seconds < 3_600
                        ? String.format(Locale.ROOT, "%d:%02d min", seconds / 60, seconds % 60)
                        : String.format(Locale.ROOT, "%d:%02d h", seconds / 3_600, seconds % 3_600 / 60);
    }
}
