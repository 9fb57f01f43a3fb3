package io.taskmover.storage.testkit;

import static io.taskmover.storage.schema.DataType.INTEGER;
import static io.taskmover.storage.schema.DataType.TEXT;
import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.Isolation;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.schema.TableSchema;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Compares the anomalies that backends show at each level with a reviewed file, so that none comes or goes unnoticed
 * where a level would allow both.
 */
public final class AnomaliesGolden {
    private AnomaliesGolden() {}

    /** The table that the anomalies are shown on. */
    static TableSchema.Builder columns(TableSchema.Builder table) {
        return table.column("id", TEXT).column("n", INTEGER).primaryKey("id").index("n");
    }

    /**
     * Runs all anomalies on new stores and tells what happened: a line for each backend and level.
     *
     * @param backends the URL of a store in a directory, which exists and is empty, by the backend's name
     */
    public static String observed(Map<String, Function<Path, String>> backends) {
        StringBuilder lines = new StringBuilder();
        new TreeMap<>(backends).forEach((name, url) -> {
            try (BackendUnderTest subject = new BackendUnderTest(url, StorageBackend::open)) {
                for (Isolation level : subject.capabilities().isolation()) {
                    lines.append(name)
                            .append(": ")
                            .append(observed(subject, level))
                            .append('\n');
                }
            }
        });
        return lines.toString();
    }

    private static String observed(BackendUnderTest subject, Isolation level) {
        TestTable table = subject.table(AnomaliesGolden::columns);
        List<Anomaly> happened = new ArrayList<>();
        List<Anomaly> prevented = new ArrayList<>();
        for (Anomaly anomaly : Anomaly.values()) {
            (anomaly.happenings(table, level).isEmpty() ? prevented : happened).add(anomaly);
        }
        return level + " happened=" + happened + " prevented=" + prevented;
    }

    /**
     * Fails unless what backends show is what a resource says.
     *
     * @param owner the class whose module holds the resource
     * @param resource the reviewed file, absolute: {@code /anomalies.golden}
     * @param backends as for {@link #observed}
     */
    public static void assertReviewed(Class<?> owner, String resource, Map<String, Function<Path, String>> backends) {
        String observed = observed(backends);
        assertThat(observed)
                .as(
                        "The backends show other anomalies than src/test/resources%s says. If that is meant, let"
                                + " GUARANTEES.md say it too and make this the file:%n%s",
                        resource, observed)
                .isEqualTo(CapabilitiesGolden.read(owner, resource));
    }
}
