import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;

/**
 * Holds the documents to what the tests and examples do. Run from the root of the checkout, after {@code mvn verify}, as
 * {@code java .ci/Check.java}; it needs nothing but a JDK. Three checks, each with one line of output, and one line more
 * for each thing that is wrong:
 *
 * <ul>
 *   <li>no test was skipped;
 *   <li>each guarantee names its proof: in GUARANTEES.md, each row of a table whose last heading is "Proved by" names at
 *       least one test as {@code `ClassName#method`}, and every test so named, anywhere in the file, ran and passed;
 *   <li>README.md shows code that runs: each of its {@code ```java} blocks is, line by line, a region of the examples
 *       between {@code // README:name} and {@code // end}, and each region is shown; and it names the commands CI runs.
 * </ul>
 */
public final class Check {
    private static final Pattern TEST_NAME = Pattern.compile("`([A-Z][\\w.]*)#(\\w+)`");
    private static final Pattern REGION = Pattern.compile("^\\s*// README:(\\S+)\\s*$");

    private final List<String> problems = new ArrayList<>();

    public static void main(String[] args) throws Exception {
        Check check = new Check();
        List<TestRun> runs = check.readReports();
        check.noneSkipped(runs);
        check.guaranteesAreProved(runs);
        check.readmeShowsTheExamples();

        check.problems.forEach(problem -> System.err.println("FAILED: " + problem));
        if (!check.problems.isEmpty()) {
            System.exit(1);
        }
    }

    /** One execution of one test method; a parameterised one has many. */
    private record TestRun(String suite, String declaringClass, String method, boolean skipped, boolean passed) {
        /** Inherited tests count for the class that ran them, whichever class the engine reports. */
        boolean is(String className, String methodName) {
            return method.equals(methodName) && (className.equals(suite) || className.equals(declaringClass));
        }
    }

    private List<TestRun> readReports() throws Exception {
        List<TestRun> runs = new ArrayList<>();
        for (Path report : files(".", "glob:./*/target/surefire-reports/TEST-*.xml")) {
            Document xml = DocumentBuilderFactory.newInstance().newDocumentBuilder().parse(report.toFile());
            String suite = simpleName(xml.getDocumentElement().getAttribute("name"));
            NodeList cases = xml.getElementsByTagName("testcase");
            for (int i = 0; i < cases.getLength(); i++) {
                Element test = (Element) cases.item(i);
                boolean skipped = has(test, "skipped");
                runs.add(new TestRun(
                        suite,
                        simpleName(test.getAttribute("classname")),
                        test.getAttribute("name").split("[^\\w]", 2)[0],
                        skipped,
                        !skipped && !has(test, "failure") && !has(test, "error")));
            }
        }
        return runs;
    }

    private void noneSkipped(List<TestRun> runs) {
        if (runs.isEmpty()) {
            problems.add("no test reports: run `mvn verify` first");
        }
        List<TestRun> skipped = runs.stream().filter(TestRun::skipped).toList();
        skipped.forEach(run -> problems.add("skipped: " + run.suite() + "#" + run.method()));
        System.out.println("tests: " + runs.size() + " run, " + skipped.size() + " skipped");
    }

    private void guaranteesAreProved(List<TestRun> runs) throws IOException {
        List<String> lines = lines(Path.of("GUARANTEES.md"));
        int named = 0;
        boolean wantsProof = false;
        for (int i = 0; i < lines.size(); i++) {
            String line = lines.get(i).strip();
            String where = "GUARANTEES.md:" + (i + 1) + ": ";
            boolean heading = line.startsWith("|") && i + 1 < lines.size() && isRule(lines.get(i + 1));
            if (heading || !line.startsWith("|")) {
                wantsProof = heading && line.toLowerCase(Locale.ROOT).matches(".*\\|\\s*proved by\\s*\\|");
            }
            Matcher test = TEST_NAME.matcher(line);
            int namedHere = 0;
            while (test.find()) {
                namedHere++;
                String className = test.group(1);
                String method = test.group(2);
                List<TestRun> found =
                        runs.stream().filter(run -> run.is(className, method)).toList();
                if (found.isEmpty()) {
                    problems.add(where + className + "#" + method + " did not run");
                } else if (!found.stream().allMatch(TestRun::passed)) {
                    problems.add(where + className + "#" + method + " did not pass");
                }
            }
            if (wantsProof && !heading && !isRule(line) && namedHere == 0) {
                problems.add(where + "names no test: " + line);
            }
            named += namedHere;
        }
        if (named == 0) {
            problems.add("GUARANTEES.md names no test at all");
        }
        System.out.println("guarantees: " + named + " named tests");
    }

    private void readmeShowsTheExamples() throws IOException {
        Map<String, List<String>> regions = new TreeMap<>();
        for (Path source : files("examples/src", "glob:**.java")) {
            readRegions(source, regions);
        }
        List<String> readme = lines(Path.of("README.md"));
        List<List<String>> shown = new ArrayList<>();
        for (int i = 0; i < readme.size(); i++) {
            if (!readme.get(i).equals("```java")) {
                continue;
            }
            int end = i + 1;
            while (end < readme.size() && !readme.get(end).equals("```")) {
                end++;
            }
            List<String> block = readme.subList(i + 1, end);
            shown.add(block);
            if (!regions.containsValue(block)) {
                problems.add("README.md:" + (i + 1) + ": this code is in no example" + nearest(block, regions));
            }
            i = end;
        }
        regions.forEach((name, lines) -> {
            if (!shown.contains(lines)) {
                problems.add("examples: the region README:" + name + " is not in README.md");
            }
        });
        for (String command : List.of("bin/storage demo", "mvn verify")) {
            if (readme.stream().noneMatch(line -> line.strip().startsWith(command))) {
                problems.add("README.md does not name the command `" + command + "`, which CI runs");
            }
        }
        System.out.println("README: " + shown.size() + " code blocks, " + regions.size() + " regions of the examples");
    }

    private void readRegions(Path source, Map<String, List<String>> regions) throws IOException {
        List<String> lines = lines(source);
        for (int i = 0; i < lines.size(); i++) {
            Matcher start = REGION.matcher(lines.get(i));
            if (!start.matches()) {
                continue;
            }
            int end = i + 1;
            while (end < lines.size() && !lines.get(end).strip().equals("// end")) {
                end++;
            }
            if (end == lines.size()) {
                problems.add(source + ":" + (i + 1) + ": this region has no `// end`");
            }
            String text = String.join("\n", lines.subList(i + 1, end)).stripIndent();
            if (regions.put(start.group(1), text.lines().toList()) != null) {
                problems.add(source + ":" + (i + 1) + ": a second region has this name");
            }
        }
    }

    /** Says where the block departs from the region that it follows longest. */
    private static String nearest(List<String> block, Map<String, List<String>> regions) {
        int longest = 0;
        String result = "";
        for (Map.Entry<String, List<String>> region : regions.entrySet()) {
            List<String> lines = region.getValue();
            int same = 0;
            while (same < block.size() && same < lines.size() && block.get(same).equals(lines.get(same))) {
                same++;
            }
            if (same > longest) {
                longest = same;
                result = "; README:" + region.getKey() + " is like it up to line " + (same + 1) + ": "
                        + (same < lines.size() ? lines.get(same).strip() : "the region ends");
            }
        }
        return result;
    }

    private List<String> lines(Path file) throws IOException {
        if (!Files.exists(file)) {
            problems.add(file + " is missing");
            return List.of();
        }
        return Files.readAllLines(file);
    }

    private static List<Path> files(String root, String glob) throws IOException {
        var matcher = Path.of(root).getFileSystem().getPathMatcher(glob);
        List<Path> found = new ArrayList<>();
        if (Files.isDirectory(Path.of(root))) {
            Files.walkFileTree(Path.of(root), new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                    if (matcher.matches(file)) {
                        found.add(file);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        }
        found.sort(null);
        return found;
    }

    private static boolean isRule(String line) {
        return line.strip().matches("\\|[\\s:|-]+\\|");
    }

    private static boolean has(Element test, String child) {
        return test.getElementsByTagName(child).getLength() > 0;
    }

    /** {@code a.b.Outer$Inner} is written {@code Outer.Inner}. */
    private static String simpleName(String className) {
        return className.substring(className.lastIndexOf('.') + 1).replace('$', '.');
    }
}
