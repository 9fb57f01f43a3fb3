package io.taskmover.storage.file;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Which files in a table's directory are segments. */
final class SegmentFolder {
    private SegmentFolder() {}

    /** The segments in a table's directory; empty if there is no such directory. */
    static List<Path> list(Path directory) throws IOException {
        List<Path> files = new ArrayList<>();
        if (!Files.isDirectory(directory)) {
            return files;
        }
        Links.refuse(directory);
        Links.refuse(directory.resolve(StorePaths.SCHEMA));
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (isSegment(EntityFolder.name(entry))) {
                    files.add(entry);
                }
            }
        }
        files.sort(null);
        return files;
    }

    static boolean isSegment(String name) {
        return name.endsWith(SegmentNumbers.SUFFIX) && !name.startsWith(".");
    }
}
