package io.taskmover.storage.testkit.crash;

import io.taskmover.storage.testkit.disk.DiskImage;
import io.taskmover.storage.testkit.disk.DiskOperation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Keeps what a failed proof was about: threads do not run the same way twice. */
final class Evidence {
    private static final Path DIRECTORY = Path.of("target", "crash");

    private Evidence() {}

    /** Writes down the image, and the operations up to it. */
    static AssertionError of(DiskImage image, Recording recording, int operations, String problem) {
        List<String> lines = new ArrayList<>();
        for (DiskOperation operation : recording.log().subList(0, operations)) {
            lines.add(lines.size() + " " + operation);
        }
        lines.add(problem);
        return new AssertionError("Power cut after operation " + operations + " of "
                + recording.log().size() + ", kept in " + keep(image, lines) + ": " + problem);
    }

    /** Writes down an image and what is to say about it; returns where. */
    static Path keep(DiskImage image, List<String> lines) {
        try {
            Files.createDirectories(DIRECTORY);
            Path kept = Files.createTempDirectory(DIRECTORY, "image");
            image.copyTo(kept);
            Files.write(kept.resolve("log.txt"), lines);
            return kept;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
