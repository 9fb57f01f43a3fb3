package io.taskmover.storage.benchmarks;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.MappingIterator;
import tools.jackson.databind.ObjectReader;
import tools.jackson.databind.json.JsonMapper;

/**
 * What a folder of JSON costs without a store: to open it, every file is read and parsed, by one thread; to keep it
 * takes the bytes of the JSON itself, without any white space.
 */
final class EveryFile {
    static final String JSON_ITSELF = "the JSON itself";

    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final ObjectReader READER = MAPPER.readerFor(Job.class);

    private EveryFile() {}

    /** The name under which reading all files of a contender is reported. */
    static String of(Contenders contender) {
        return "every file of " + contender.title();
    }

    /** The jobs in all JSON and JSON Lines files of a directory, but for what stands under a name with a dot. */
    static Map<String, Job> read(Path directory) throws IOException {
        Map<String, Job> jobs = new HashMap<>();
        Files.walkFileTree(directory, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path path, BasicFileAttributes attributes) {
                return hidden(path) ? FileVisitResult.SKIP_SUBTREE : FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path path, BasicFileAttributes attributes) throws IOException {
                if (!hidden(path)) {
                    read(path, jobs);
                }
                return FileVisitResult.CONTINUE;
            }
        });
        return jobs;
    }

    private static void read(Path file, Map<String, Job> jobs) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        if (file.toString().endsWith(".json")) {
            Job job = READER.readValue(bytes);
            jobs.put(job.id(), job);
            return;
        }
        try (MappingIterator<Job> lines = READER.readValues(bytes)) {
            while (lines.hasNext()) {
                Job job = lines.next();
                jobs.put(job.id(), job);
            }
        }
    }

    private static boolean hidden(Path path) {
        return path.getFileName().toString().startsWith(".");
    }

    /** The bytes of the jobs' JSON. */
    static long jsonBytes(List<Job> jobs) {
        return jobs.stream()
                .mapToLong(job -> MAPPER.writeValueAsBytes(job).length)
                .sum();
    }
}
