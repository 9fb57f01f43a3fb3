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
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;

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
        List<CompletableFuture<String>> lines = new ArrayList<>();
        // all at once, each on a store of its own: most of the time somebody waits for a lock
        new TreeMap<>(backends).forEach((name, url) -> {
            for (Isolation level : levels(url)) {
                lines.add(CompletableFuture.supplyAsync(
                        () -> {
                            try (BackendUnderTest subject = new BackendUnderTest(url, StorageBackend::open)) {
                                return name + ": " + observed(subject, level) + "\n";
                            }
                        },
                        task -> new Thread(task, "anomalies of " + name + " at " + level).start()));
            }
        });
        return lines.stream().map(CompletableFuture::join).collect(Collectors.joining());
    }

    private static Set<Isolation> levels(Function<Path, String> url) {
        try (BackendUnderTest subject = new BackendUnderTest(url, StorageBackend::open)) {
            return subject.capabilities().isolation();
        }
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
