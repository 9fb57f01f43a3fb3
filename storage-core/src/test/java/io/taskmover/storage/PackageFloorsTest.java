package io.taskmover.storage;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The core is a house with floors: a package imports only from floors below its own, and not from its neighbours. */
class PackageFloorsTest {
    private static final String ROOT = "io.taskmover.storage";

    /** From the top down; the empty name is the root package. A floor may wait for its packages. */
    private static final List<List<String>> FLOORS = List.of(
            List.of(""),
            List.of(".migration"),
            List.of(".backup"),
            List.of(".history", ".cache", ".metering"),
            List.of(".fileops"),
            List.of(".transaction"),
            List.of(".mapping"),
            List.of(".file", ".memory"),
            List.of(".engine"),
            List.of(".backend"),
            List.of(".query"),
            List.of(".schema"),
            List.of(".config", ".metrics"),
            List.of(".error")); // below the settings, which throw when they are wrong

    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages(ROOT);

    @TestFactory
    Stream<DynamicTest> importsOnlyFromFloorsBelow() {
        return FLOORS.stream()
                .flatMap(floor -> floor.stream()
                        .map(name -> DynamicTest.dynamicTest(ROOT + name, () -> {
                            String[] forbidden = FLOORS.subList(0, FLOORS.indexOf(floor) + 1).stream()
                                    .flatMap(List::stream)
                                    .filter(other -> !other.equals(name))
                                    .map(other -> ROOT + other)
                                    .toArray(String[]::new);
                            noClasses()
                                    .that()
                                    .resideInAPackage(ROOT + name)
                                    .should()
                                    .dependOnClassesThat()
                                    .resideInAnyPackage(forbidden)
                                    .allowEmptyShould(true)
                                    .check(CORE);
                        })));
    }

    @Test
    void everyPackageHasAFloor() {
        List<String> floors =
                FLOORS.stream().flatMap(List::stream).map(name -> ROOT + name).toList();
        assertThat(CORE.stream().map(JavaClass::getPackageName)).isNotEmpty().allMatch(floors::contains);
    }
}
