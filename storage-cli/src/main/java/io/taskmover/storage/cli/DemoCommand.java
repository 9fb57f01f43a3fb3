package io.taskmover.storage.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "demo",
        description = {
            "See it work: import real data, query it, copy it into SQLite, verify.",
            "",
            "Everything it makes is in one directory, which the next demo makes anew."
        })
final class DemoCommand implements Callable<Integer> {
    /** A directory without this file was not made by a demo, and is never touched. */
    private static final String MARKER = ".made-by-storage-demo";

    private static final List<String> SAMPLE = List.of("countries.jsonl.gz", "cities.jsonl.gz");

    private final Session session;
    private int lastCode;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            defaultValue = "storage-demo",
            description = "Where to work; default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private Path directory;

    DemoCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        prepare();
        String countries = directory.resolve("countries.jsonl.gz").toString();
        String cities = directory.resolve("cities.jsonl.gz").toString();
        String files = "file:" + directory.resolve("files");
        String sqlite = "sqlite:" + directory.resolve("store.db");
        String largest = "select name.common, region, area from countries where area > 5000000 order by area desc";
        String northern = "select name, country, lat from cities where lat > 70.5 order by lat desc";

        session.note("A store can be a folder of JSON files that people can read. Real data goes in:");
        boolean done = step("import", files, "countries", countries)
                && step("import", files, "cities", cities)
                && step("tables", files)
                && explain("Queries are JDQL; they reach into nested objects, and are the same for every store:")
                && step("query", files, largest, "--limit", "5")
                && step("query", files, northern, "--limit", "5")
                && explain("Another kind of store is another URL. A copy proves itself by content hashes:")
                && step("copy", files, sqlite, "--verify")
                && step("query", sqlite, northern, "--limit", "5")
                && explain("Both stores check themselves:")
                && step("verify", files)
                && step("verify", sqlite);
        if (!done) {
            return lastCode;
        }
        explain("All of it is in " + directory + "; remove it when you are done. To go on, try:");
        suggest("get", files, "countries", "FRA");
        suggest("query", sqlite, "from countries where name.common like 'New%'", "--format", "jsonl");
        suggest("query", sqlite, "select count(this) from cities where country = :c", "--param", "c=NO", "--explain");
        suggest("export", files, "cities", "cities.csv");
        suggest("info", sqlite);
        suggest("--help");
        session.note("");
        session.note("Sample: countries from mledoze/countries (ODbL 1.0), cities from GeoNames (CC BY 4.0).");
        return ExitCode.OK.code();
    }

    /** Shows a command and runs it; false if it failed. */
    private boolean step(String... arguments) throws IOException {
        session.note("");
        session.note("$ " + shown(arguments));
        List<String> all = new ArrayList<>(List.of(arguments));
        if (session.quiet()) {
            all.add("--quiet");
        }
        if (session.debug()) {
            all.add("--debug");
        }
        lastCode = Main.run(all.toArray(new String[0]), session);
        return lastCode == ExitCode.OK.code();
    }

    private boolean explain(String text) throws IOException {
        session.note("");
        session.note(text);
        return true;
    }

    private void suggest(String... arguments) throws IOException {
        session.note("  " + shown(arguments));
    }

    private static String shown(String... arguments) {
        return "storage " + Arrays.stream(arguments).map(DemoCommand::quoted).collect(Collectors.joining(" "));
    }

    /** An argument as a shell takes it. */
    private static String quoted(String argument) {
        return argument.matches("[\\w./:,=+@%-]+") ? argument : "\"" + argument.replace("\"", "\\\"") + "\"";
    }

    private void prepare() throws IOException {
        if (Files.exists(directory)) {
            if (!Files.exists(directory.resolve(MARKER))) {
                throw new CommandException(
                        ExitCode.CONFLICT, "'" + directory + "' was not made by a demo; choose another with --dir");
            }
            deleteAll(directory);
        }
        Files.createDirectories(directory);
        Files.createFile(directory.resolve(MARKER));
        for (String name : SAMPLE) {
            try (InputStream in = Objects.requireNonNull(DemoCommand.class.getResourceAsStream("sample/" + name))) {
                Files.copy(in, directory.resolve(name));
            }
        }
    }

    private static void deleteAll(Path directory) throws IOException {
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException e) throws IOException {
                if (e != null) {
                    throw e;
                }
                Files.delete(visited);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
