import java.io.File;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.tools.JavaCompiler;
import javax.tools.StandardJavaFileManager;
import javax.tools.ToolProvider;

/**
 * Tests the tests: each file {@code mutants/*.patch} is a bug to put into the library, whose first lines say what it
 * breaks and which tests catch it. Run from the root of the checkout:
 *
 * <ul>
 *   <li>{@code java .ci/Mutants.java check} sees whether each patch still applies;
 *   <li>{@code make mutants} compiles the library with each of the bugs in turn and runs its tests. Each of them has to
 *       fail with the bug, and to pass without. A bug that does not compile or does not end is not caught.
 * </ul>
 */
public final class Mutants {
    private static final Path PATCHES = Path.of("mutants");
    private static final Path WORK = Path.of("target", "mutants").toAbsolutePath();
    private static final Pattern BREAKS = Pattern.compile("(?m)^# breaks: (.+)$");
    private static final Pattern CAUGHT_BY = Pattern.compile("(?m)^# caught by: (.+)$");
    private static final Pattern CHANGED = Pattern.compile("(?m)^\\+\\+\\+ b/(\\S+)$");
    private static final long PATIENCE_SECONDS = 240;

    private Mutants() {}

    public static void main(String[] arguments) throws Exception {
        List<Mutant> mutants = read(Arrays.asList(arguments).subList(1, arguments.length));
        if (!(arguments[0].equals("check") ? check(mutants) : run(mutants))) {
            System.exit(1);
        }
    }

    private record Mutant(String name, Path patch, String breaks, List<String> tests, List<Path> changed) {}

    private static List<Mutant> read(List<String> names) throws IOException {
        List<Mutant> mutants = new ArrayList<>();
        try (Stream<Path> files = Files.list(PATCHES)) {
            for (Path patch : files.filter(file -> file.toString().endsWith(".patch")).sorted().toList()) {
                String text = Files.readString(patch);
                String name = patch.getFileName().toString().replace(".patch", "");
                List<String> tests = List.of(header(CAUGHT_BY, text, patch).split(", *"));
                List<Path> changed =
                        CHANGED.matcher(text).results().map(found -> Path.of(found.group(1))).toList();
                if (names.isEmpty() || names.contains(name)) {
                    mutants.add(new Mutant(name, patch.toAbsolutePath(), header(BREAKS, text, patch), tests, changed));
                }
            }
        }
        if (mutants.isEmpty()) {
            throw new IllegalArgumentException("No such patch in " + PATCHES);
        }
        return mutants;
    }

    private static String header(Pattern pattern, String text, Path patch) {
        Matcher matcher = pattern.matcher(text);
        if (!matcher.find()) {
            throw new IllegalArgumentException(patch + " has no line like " + pattern);
        }
        return matcher.group(1).strip();
    }

    private static boolean check(List<Mutant> mutants) throws Exception {
        boolean good = true;
        for (Mutant mutant : mutants) {
            try {
                apply(mutant, WORK.resolve(mutant.name()));
            } catch (IOException e) {
                System.err.println("FAILED: " + mutant.patch() + " does not apply any more: " + e.getMessage());
                good = false;
            }
        }
        System.out.println(mutants.size() + " patches with seeded bugs" + (good ? ", all apply" : ""));
        return good;
    }

    /** Makes a directory with copies of the changed files only, changed. */
    private static void apply(Mutant mutant, Path directory) throws IOException, InterruptedException {
        delete(directory);
        for (Path file : mutant.changed()) {
            Path copy = directory.resolve(file);
            Files.createDirectories(copy.getParent());
            Files.copy(file, copy, StandardCopyOption.REPLACE_EXISTING);
        }
        ProcessBuilder git = new ProcessBuilder("git", "apply", mutant.patch().toString());
        git.environment().put("GIT_CEILING_DIRECTORIES", WORK.toString()); // else it would leave out what is ignored
        Process process = git.directory(directory.toFile()).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes());
        if (process.waitFor() != 0) {
            throw new IOException(said.strip());
        }
        for (Path file : mutant.changed()) {
            if (Files.mismatch(file, directory.resolve(file)) < 0) {
                throw new IOException(file + " is as it was");
            }
        }
    }

    private static boolean run(List<Mutant> mutants) throws Exception {
        String classPath = classPath();
        Path runner = WORK.resolve("runner");
        delete(runner);
        compile(List.of(Path.of(".ci", "RunTests.java")), classPath, runner);
        String base = runner + File.pathSeparator + classPath;
        TreeSet<String> all = new TreeSet<>();
        mutants.forEach(mutant -> all.addAll(mutant.tests()));
        Outcome without = test(base, List.copyOf(all), WORK.resolve("without.log"));
        if (!without.ended() || !without.failed().isEmpty()) {
            System.err.println("FAILED: without any bug, of " + all + " these fail: " + without.failed() + "; see "
                    + WORK.resolve("without.log"));
            return false;
        }
        int survived = 0;
        System.out.printf("%-36s %7s  %s%n", "bug", "seconds", "caught by");
        for (Mutant mutant : mutants) {
            long start = System.nanoTime();
            String result = result(mutant, base);
            survived += result.isEmpty() ? 0 : 1;
            System.out.printf(
                    Locale.ROOT,
                    "%-36s %7.1f  %s%n",
                    mutant.name(),
                    (System.nanoTime() - start) / 1e9,
                    result.isEmpty() ? String.join(", ", mutant.tests()) : "NOT CAUGHT: " + result);
        }
        System.out.println(mutants.size() - survived + " of " + mutants.size() + " seeded bugs caught");
        return survived == 0;
    }

    /** Why a bug is not caught; empty if it is. */
    private static String result(Mutant mutant, String base) throws Exception {
        Path directory = WORK.resolve(mutant.name());
        Path classes = directory.resolve("classes");
        try {
            apply(mutant, directory);
            compile(mutant.changed().stream().map(directory::resolve).toList(), base, classes);
        } catch (IOException e) {
            return e.getMessage();
        }
        Outcome outcome = test(classes + File.pathSeparator + base, mutant.tests(), directory.resolve("tests.log"));
        if (!outcome.ended()) {
            return "the tests did not end; see " + directory.resolve("tests.log");
        }
        List<String> passed = new ArrayList<>(mutant.tests());
        passed.removeAll(outcome.failed());
        return passed.isEmpty() ? "" : passed + " passed";
    }

    private record Outcome(boolean ended, List<String> failed) {}

    private static Outcome test(String classPath, List<String> tests, Path log) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Xmx1g",
                "-cp",
                classPath,
                "RunTests"));
        for (String test : tests) {
            command.add(qualified(test, classPath));
        }
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
            process.destroyForcibly().waitFor();
            return new Outcome(false, List.of());
        }
        List<String> lines = Files.readAllLines(log);
        List<String> failed =
                tests.stream().filter(test -> lines.contains("FAILED " + test)).toList();
        // a test that was not found, or a tool that broke, must not look like one that failed or passed
        boolean ran = tests.stream().allMatch(test -> lines.contains("FAILED " + test) || lines.contains("PASSED " + test));
        return new Outcome(ran, failed);
    }

    /** {@code Class#method} with the class's package. */
    private static String qualified(String test, String classPath) throws IOException {
        String file = test.substring(0, test.indexOf('#')) + ".class";
        for (String entry : classPath.split(File.pathSeparator)) {
            Path root = Path.of(entry);
            if (entry.endsWith("test-classes") && Files.isDirectory(root)) {
                try (Stream<Path> files = Files.walk(root)) {
                    var found = files.filter(path -> path.endsWith(file)).findFirst();
                    if (found.isPresent()) {
                        String name = root.relativize(found.get()).toString();
                        return name.replace(".class", "").replace(File.separatorChar, '.')
                                + test.substring(test.indexOf('#'));
                    }
                }
            }
        }
        throw new IllegalArgumentException("There is no " + test);
    }

    private static String classPath() throws IOException {
        TreeSet<String> jars = new TreeSet<>();
        List<String> entries = new ArrayList<>();
        for (String module : List.of("storage-core", "storage-testkit", "storage-sql")) {
            Path target = Path.of(module, "target").toAbsolutePath();
            entries.add(target.resolve("test-classes").toString());
            entries.add(target.resolve("classes").toString());
            String found = Files.readString(target.resolve("mutants.classpath")).strip();
            jars.addAll(List.of(found.split(File.pathSeparator)));
        }
        jars.removeAll(entries);
        entries.addAll(jars);
        return String.join(File.pathSeparator, entries);
    }

    private static void compile(List<Path> sources, String classPath, Path classes) throws IOException {
        Files.createDirectories(classes);
        JavaCompiler compiler = ToolProvider.getSystemJavaCompiler();
        StringWriter said = new StringWriter();
        try (StandardJavaFileManager files = compiler.getStandardFileManager(null, null, null)) {
            List<String> options = List.of("-cp", classPath, "-d", classes.toString(), "-proc:none", "-nowarn");
            if (!compiler.getTask(said, files, null, options, null, files.getJavaFileObjectsFromPaths(sources)).call()) {
                throw new IOException("it does not compile: " + said);
            }
        }
    }

    private static void delete(Path directory) throws IOException {
        if (Files.exists(directory)) {
            try (Stream<Path> files = Files.walk(directory)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
