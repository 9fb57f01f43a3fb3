package io.taskmover.storage.fileops;

import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.transaction.Branch;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * A process that moves files until it is killed. A transaction with the number <i>n</i> moves all files of round
 * <i>n</i> - 1, from one directory to another one and to another file store and back, replaces a copy, and puts a
 * directory into the trash; each second is prepared, decided by a line in another file, and committed; each acknowledged one is reported by its number in nine digits.
 */
final class MovingChild {
    private static final int FILES = 6;
    private static final int BYTES = 10_000;

    private MovingChild() {}

    public static void main(String[] arguments) throws InterruptedException, IOException {
        say("opening");
        Path root = Path.of(arguments[0]);
        Path decisions = Path.of(arguments[1]);
        FileOperations files = open(root);
        if (arguments[2].equals("hold")) {
            say("open");
            Thread.sleep(Long.MAX_VALUE);
        }
        for (long round = done(root) + 1; ; round++) {
            turn(files, round, decisions);
            say(String.format(Locale.ROOT, "%09d", round));
        }
    }

    private static void say(String line) {
        System.out.println(line);
        System.out.flush();
    }

    static FileOperations open(Path root) {
        return FolderFixture.open(root, new FolderFixture.TwoStores(root));
    }

    static void fill(Path root) throws IOException {
        Path directory = Files.createDirectories(root.resolve(directory(0)));
        Files.createDirectory(root.resolve("usb"));
        for (int i = 0; i < FILES; i++) {
            Files.writeString(directory.resolve("f" + i), content(i));
        }
        Files.writeString(root.resolve("copy"), content(0));
    }

    private static String content(int file) {
        return (file + " ").repeat(BYTES / 2);
    }

    /** Rounds are in two file stores by turns. */
    private static String directory(long round) {
        return (round % 2 == 0 ? "" : "usb/") + "r" + round;
    }

    private static void turn(FileOperations files, long round, Path decisions) throws IOException {
        Branch branch = files.beginBranch(TransactionOptions.DEFAULT, false);
        Path from = Path.of(directory(round - 1));
        Path to = Path.of(directory(round));
        if (round % 3 == 0) {
            files.move(from, to);
        } else {
            files.makeDirectory(to);
            for (int i = 0; i < FILES; i++) {
                files.move(from.resolve("f" + i), to.resolve("f" + i));
            }
            Path unused = files.trash(from);
        }
        files.copy(to.resolve("f" + round % FILES), Path.of("copy"), OnExisting.REPLACE);
        if (round % 2 == 0) {
            branch.prepare(new PreparedTransaction(name(round), "unknown:decider", Instant.EPOCH));
            say("prepared");
            decide(decisions, round);
        }
        branch.commit();
    }

    private static String name(long round) {
        return "round-" + round;
    }

    /** What a decider does. */
    private static void decide(Path decisions, long round) throws IOException {
        try (FileChannel channel = FileChannel.open(decisions, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
            channel.write(ByteBuffer.wrap((name(round) + "\n").getBytes(StandardCharsets.UTF_8)));
            channel.force(true);
        }
    }

    // what is left of it

    static boolean isDecided(Path decisions, String globalId) throws IOException {
        return Files.exists(decisions) && Files.readString(decisions).contains(globalId + "\n");
    }

    static boolean isUnderWay(Path root) throws IOException {
        Path journal = root.resolve(RootFolder.STATE).resolve("journal");
        return Files.exists(journal)
                && FolderFixture.journal(root)
                        .anyMatch(name -> Mark.Named.of(name).isPresent());
    }

    /** The number of the last transaction that was done. */
    static long done(Path root) {
        try (Stream<Path> plain = Files.list(root);
                Stream<Path> usb = Files.list(root.resolve("usb"))) {
            return Stream.concat(plain, usb)
                    .map(path -> path.getFileName().toString())
                    .filter(name -> name.matches("r\\d+"))
                    .mapToLong(name -> Long.parseLong(name.substring(1)))
                    .max()
                    .orElse(-1);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is not as it is after so many transactions. */
    static List<String> problems(Path root, long round) throws IOException {
        List<String> problems = new ArrayList<>();
        Path directory = root.resolve(directory(round));
        for (int i = 0; i < FILES; i++) {
            check(directory.resolve("f" + i), content(i), problems);
        }
        check(root.resolve("copy"), content((int) (round == 0 ? 0 : round % FILES)), problems);
        try (Stream<Path> all = Files.walk(root)) {
            long expected = FILES + 1;
            List<String> files = all.filter(Files::isRegularFile)
                    .map(path -> root.relativize(path).toString())
                    .filter(name -> !name.endsWith("/lock"))
                    .toList();
            if (files.size() != expected) {
                problems.add("there are " + files);
            }
        }
        return problems;
    }

    private static void check(Path file, String content, List<String> problems) throws IOException {
        if (!Files.exists(file)) {
            problems.add(file + " is missing");
        } else if (!Files.readString(file).equals(content)) {
            problems.add(file + " holds something else");
        }
    }
}
