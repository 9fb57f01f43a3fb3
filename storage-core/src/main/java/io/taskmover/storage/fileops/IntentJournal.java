package io.taskmover.storage.fileops;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The folder with a file for each transaction under way: its {@link Intents}, and in the file's name its {@link Mark}.
 * The file is written once and durable before it has its name; from then on it is renamed only.
 */
final class IntentJournal {
    private static final String DRAFT = ".new";
    private static final Set<OpenOption> NEW =
            Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);

    private final RootFolder root;
    private final Path directory;
    private final Volume volume;

    IntentJournal(RootFolder root, Volume volume) {
        this.root = root;
        this.directory = root.state().resolve("journal");
        this.volume = volume;
    }

    Path directory() {
        return directory;
    }

    /** The transactions that are under way, by their ids. Whatever their marks are is durable on return. */
    Map<String, Mark> open() throws IOException {
        Map<String, Mark> marks = new TreeMap<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                if (name.endsWith(DRAFT)) {
                    Files.delete(file);
                }
                Mark.Named.of(name).ifPresent(named -> marks.merge(named.id(), named.mark(), IntentJournal::later));
            }
        }
        dropFormerNames(marks);
        // what was seen, by whomever, does not turn back
        volume.forceDirectory(directory);
        return marks;
    }

    private static Mark later(Mark one, Mark other) {
        return one.compareTo(other) >= 0 ? one : other;
    }

    /** A power cut may leave a file that was being renamed with both names; either is right. */
    private void dropFormerNames(Map<String, Mark> marks) throws IOException {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                Mark.Named named =
                        Mark.Named.of(String.valueOf(file.getFileName())).orElse(null);
                if (named != null && !named.mark().equals(marks.get(named.id()))) {
                    Files.delete(file);
                }
            }
        }
    }

    /**
     * What a transaction is going to do.
     *
     * @throws io.taskmover.storage.error.CorruptionException if the file is not as it was written
     * @throws io.taskmover.storage.error.UnsupportedException if a later version of this library wrote it
     */
    Intents read(String id, Mark mark) throws IOException {
        Path file = directory.resolve(mark.fileName(id));
        return IntentsFormat.read(Files.readAllBytes(file), root, file);
    }

    /** Durable on return; if it fails, it may or may not be found after a crash. */
    void begin(Intents intents) throws IOException {
        Path draft = directory.resolve(intents.id() + DRAFT);
        try (FileChannel channel = FileChannel.open(draft, NEW)) {
            ByteBuffer bytes = ByteBuffer.wrap(IntentsFormat.bytes(intents));
            while (bytes.hasRemaining()) {
                channel.write(bytes);
            }
            channel.force(true);
        }
        Files.move(draft, directory.resolve(Mark.begun(0).fileName(intents.id())), StandardCopyOption.ATOMIC_MOVE);
        volume.forceDirectory(directory);
    }

    /**
     * Marks how far a transaction is; durable on return. If it fails, any of the marks may be found after a crash.
     *
     * @param former those that may be there
     */
    void mark(String id, Set<Mark> former, Mark now) throws IOException {
        Path name = directory.resolve(now.fileName(id));
        for (Mark mark : former) {
            Path file = directory.resolve(mark.fileName(id));
            if (!mark.equals(now) && FileIdentity.of(file) != null) {
                Files.move(file, name, StandardCopyOption.ATOMIC_MOVE);
            }
        }
        if (FileIdentity.of(name) == null) {
            throw new NoSuchFileException(name.toString());
        }
        volume.forceDirectory(directory);
    }

    /** Forgets a transaction, whatever its mark; durable on return. */
    void end(String id, Set<Mark> marks) throws IOException {
        Files.deleteIfExists(directory.resolve(id + DRAFT));
        for (Mark mark : marks) {
            Files.deleteIfExists(directory.resolve(mark.fileName(id)));
        }
        volume.forceDirectory(directory);
    }
}
