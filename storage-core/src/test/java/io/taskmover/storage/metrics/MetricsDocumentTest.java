package io.taskmover.storage.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code docs/metrics.md} and the code have one list. */
class MetricsDocumentTest {
    private static final Path DOCUMENT = Path.of("../docs/metrics.md");

    static String row(Metric metric) {
        String labels = metric.labels().isEmpty() ? "" : " {" + String.join(", ", metric.labels()) + "}";
        return "| `" + metric.title() + labels + "` | " + metric.kind().name().toLowerCase(Locale.ROOT) + " | "
                + metric.unit().symbol() + " | " + metric.description() + " | " + metric.where() + " |";
    }

    @Test
    void theDocumentListsEveryMetricAsTheCodeDoes() throws IOException {
        List<String> documented = Files.readAllLines(DOCUMENT).stream()
                .filter(line -> line.startsWith("| `storage."))
                .toList();
        assertThat(documented)
                .containsExactlyElementsOf(
                        Stream.of(Metric.values()).map(MetricsDocumentTest::row).toList());
    }

    @Test
    void namesAreInSmallLettersAndEachIsOne() {
        Set<String> titles = Stream.of(Metric.values()).map(Metric::title).collect(Collectors.toSet());
        assertThat(titles).hasSameSizeAs(Metric.values()).allMatch(title -> title.matches("storage(\\.[a-z]+)+"));
        assertThat(Metric.values()).allMatch(metric -> !metric.description().endsWith("."));
    }
}
