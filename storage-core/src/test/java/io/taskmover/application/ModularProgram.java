package io.taskmover.application;

import io.taskmover.storage.Storage;
import io.taskmover.storage.error.ConstraintException;
import jakarta.validation.constraints.NotBlank;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * A program in which the library and a provider of Jakarta Validation are modules. In a package that the library does not have:
 * a package of a module is looked for in that alone.
 */
public final class ModularProgram {
    private static final List<String> MODULES = List.of(
            "jackson-core",
            "caffeine",
            "jspecify",
            "slf4j-api",
            "jakarta.validation-api",
            "hibernate-validator",
            "jboss-logging",
            "classmate",
            "expressly",
            "jakarta.el-api");

    record Cat(String id, @NotBlank String owner) {}

    private ModularProgram() {}

    /** Runs {@link #main} in a process of its own, and returns what it prints. */
    public static String run() throws IOException, InterruptedException {
        List<Path> path = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .toList();
        String modules = join(path.stream()
                .filter(entry -> entry.endsWith(Path.of("storage-core", "target", "classes"))
                        || MODULES.stream()
                                .anyMatch(jar -> entry.getFileName().toString().startsWith(jar)))
                .toList());
        String tests = join(path.stream()
                .filter(entry -> entry.endsWith(Path.of("target", "test-classes")))
                .toList());
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Djava.util.logging.config.file=src/test/resources/logging.properties",
                        "-p",
                        modules,
                        "--add-modules",
                        "io.taskmover.storage,org.hibernate.validator,org.glassfish.expressly,jakarta.el",
                        "-cp",
                        tests,
                        ModularProgram.class.getName())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        process.waitFor();
        return output.strip();
    }

    private static String join(List<Path> entries) {
        return entries.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }

    public static void main(String[] arguments) throws ClassNotFoundException {
        Locale.setDefault(Locale.ENGLISH);
        Module provider =
                Class.forName("org.hibernate.validator.HibernateValidator").getModule();
        try (Storage storage = Storage.open("memory:?validation=true")) {
            storage.repository(Cat.class, String.class).save(new Cat("c1", ""));
        } catch (ConstraintException e) {
            System.out.println(Storage.class.getModule().getName() + ", " + provider.getName() + ": " + e.violations());
        }
    }
}
