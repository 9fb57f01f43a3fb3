import static org.junit.platform.engine.discovery.DiscoverySelectors.selectClass;

import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.platform.engine.FilterResult;
import org.junit.platform.engine.TestExecutionResult;
import org.junit.platform.engine.TestExecutionResult.Status;
import org.junit.platform.engine.TestSource;
import org.junit.platform.engine.UniqueId;
import org.junit.platform.engine.support.descriptor.MethodSource;
import org.junit.platform.launcher.LauncherDiscoveryRequest;
import org.junit.platform.launcher.PostDiscoveryFilter;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.core.LauncherDiscoveryRequestBuilder;
import org.junit.platform.launcher.core.LauncherFactory;

/** Runs tests named {@code package.Class#method} and prints for each whether it passed; compiled by {@link Mutants}. */
public final class RunTests {
    private RunTests() {}

    public static void main(String[] tests) {
        PostDiscoveryFilter named = test -> FilterResult.includedIf(
                name(test.getUniqueId(), test.getSource()).map(Arrays.asList(tests)::contains).orElse(!test.isTest()));
        LauncherDiscoveryRequest request = LauncherDiscoveryRequestBuilder.request()
                .selectors(Arrays.stream(tests)
                        .map(test -> selectClass(test.substring(0, test.indexOf('#'))))
                        .distinct()
                        .toList())
                .filters(named)
                .build();
        Map<String, Boolean> passed = new TreeMap<>();
        LauncherFactory.create().execute(request, new TestExecutionListener() {
            @Override
            public void executionFinished(TestIdentifier test, TestExecutionResult result) {
                result.getThrowable().ifPresent(Throwable::printStackTrace);
                name(test.getUniqueIdObject(), test.getSource())
                        .ifPresent(name -> passed.merge(name, result.getStatus() == Status.SUCCESSFUL, Boolean::logicalAnd));
            }
        });
        passed.forEach((test, good) ->
                System.out.println((good ? "PASSED " : "FAILED ") + test.substring(test.lastIndexOf('.') + 1)));
        System.exit(0); // threads of a broken store may live on
    }

    /** An inherited test is that of the class that runs it. */
    private static Optional<String> name(UniqueId id, Optional<TestSource> source) {
        return source.filter(MethodSource.class::isInstance)
                .map(MethodSource.class::cast)
                .flatMap(method -> id.getSegments().stream()
                        .filter(segment -> segment.getType().equals("class"))
                        .findFirst()
                        .map(segment -> segment.getValue() + "#" + method.getMethodName()));
    }
}
