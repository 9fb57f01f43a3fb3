package io.taskmover.storage.cli.output;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressTest {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final AtomicLong time = new AtomicLong();

    @Test
    void aTerminalSeesABarWithRateAndTimeLeftThatGoesAway() {
        work(Progress.Style.BAR);

        assertThat(text())
                .contains("Loading [", "█", "░", " 50%  500 rows  50/s  10 s left")
                .endsWith("\r\u001b[K");
    }

    @Test
    void aPipeSeesAFewPlainLines() {
        work(Progress.Style.LINES);

        assertThat(text().lines())
                .containsExactly("Loading  50%  500 rows  50/s  10 s left", "Loading 100%  1,000 rows  50/s");
    }

    @Test
    void quietShowsNothing() {
        work(Progress.Style.NONE);

        assertThat(text()).isEmpty();
    }

    private void work(Progress.Style style) {
        PrintStream err = new PrintStream(bytes, true, StandardCharsets.UTF_8);
        try (Progress.Task task = new Progress(err, style, 80, time::get).start("Loading", "rows", 1_000)) {
            time.addAndGet(TimeUnit.SECONDS.toNanos(10));
            task.update(500, 500);
            time.addAndGet(TimeUnit.MILLISECONDS.toNanos(1));
            task.update(501, 501);
            time.set(TimeUnit.MILLISECONDS.toNanos(19_999));
            task.update(1_000, 1_000);
            time.set(TimeUnit.SECONDS.toNanos(20));
        }
    }

    private String text() {
        return bytes.toString(StandardCharsets.UTF_8);
    }
}
