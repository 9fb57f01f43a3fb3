package io.taskmover.storage.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * One pass over all jobs of a store, in a Java process of its own whose heap is far too small for them: whoever keeps
 * them does not get to the end.
 */
final class Scan {
    private static final int HEAP_MIB = 64;

    private Scan() {}

    /**
     * What a pass came to.
     *
     * @param checksum of every job
     * @param peak the most heap in use at a time, garbage included, in bytes
     */
    record Outcome(double seconds, long checksum, long peak) {}

    /** Scans what a contender has stored, which is closed. */
    static Outcome inSmallHeap(Contenders contender, Path directory) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + HEAP_MIB + "m",
                "--enable-native-access=ALL-UNNAMED"));
        if (contender.isOnServer()) {
            command.add(PostgresServer.argument());
        }
        command.addAll(List.of(
                "-classpath",
                System.getProperty("java.class.path"),
                Scan.class.getName(),
                contender.name(),
                directory.toString()));
        Process process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IllegalStateException(
                    contender + " does not scan its jobs in a heap of " + HEAP_MIB + " MiB: " + output);
        }
        String[] words = output.strip().split(" ");
        return new Outcome(Double.parseDouble(words[0]), Long.parseLong(words[1]), Long.parseLong(words[2]));
    }

    public static void main(String[] arguments) throws Exception {
        List<MemoryPoolMXBean> heap = ManagementFactory.getMemoryPoolMXBeans().stream()
                .filter(pool -> pool.getType() == MemoryType.HEAP)
                .toList();
        try (Relational store = (Relational) Contenders.valueOf(arguments[0]).create()) {
            store.open(Path.of(arguments[1]));
            checksum(store); // until most is compiled
            heap.forEach(MemoryPoolMXBean::resetPeakUsage);
            long start = System.nanoTime();
            long checksum = checksum(store);
            double seconds = (System.nanoTime() - start) / 1e9;
            long peak = heap.stream()
                    .mapToLong(pool -> pool.getPeakUsage().getUsed())
                    .sum();
            System.out.println(seconds + " " + checksum + " " + peak);
        }
    }

    private static long checksum(Relational store) throws Exception {
        AtomicLong sum = new AtomicLong();
        store.each(job -> sum.setPlain(sum.getPlain() + job.checksum()));
        return sum.get();
    }
}
