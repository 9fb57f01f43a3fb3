package io.taskmover.storage.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.taskmover.storage.backend.BackendProvider;
import io.taskmover.storage.backend.Capabilities;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** Compares what backends declare with a reviewed file, so that no capability comes or goes unnoticed. */
public final class CapabilitiesGolden {
    private CapabilitiesGolden() {}

    /** The declarations of the backends that {@link ServiceLoader} finds, as text: one backend a line, sorted. */
    public static String declared(Predicate<BackendProvider> which) {
        Set<String> lines = new TreeSet<>();
        for (BackendProvider provider : ServiceLoader.load(BackendProvider.class)) {
            if (which.test(provider)) {
                lines.add(line(provider));
            }
        }
        return lines.stream().map(line -> line + "\n").collect(Collectors.joining());
    }

    private static String line(BackendProvider provider) {
        Capabilities capabilities = provider.create().capabilities();
        return String.join(",", new TreeSet<>(provider.schemes()))
                + ": isolation=" + capabilities.isolation()
                + " features=" + capabilities.features();
    }

    /**
     * Fails unless the declarations are those of a resource.
     *
     * @param owner the class whose module holds the resource
     * @param resource the reviewed file, absolute: {@code /capabilities.golden}
     */
    public static void assertReviewed(Class<?> owner, String resource, Predicate<BackendProvider> which) {
        String declared = declared(which);
        assertThat(declared)
                .as(
                        "The backends declare other capabilities than src/test/resources%s says. If that is meant, let"
                                + " GUARANTEES.md say it too and make this the file:%n%s",
                        resource, declared)
                .isEqualTo(read(owner, resource));
    }

    /** The text of a reviewed file; empty if there is none yet. */
    static String read(Class<?> owner, String resource) {
        try (InputStream in = owner.getResourceAsStream(resource)) {
            return in == null ? "" : new String(in.readAllBytes(), StandardCharsets.UTF_8).replace("\r\n", "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
