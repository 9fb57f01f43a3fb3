package io.taskmover.storage.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import org.jspecify.annotations.Nullable;

/**
 * Tells whether the manifest was written to between two looks: it only grows, or is another file.
 *
 * @param size -1 if there is none
 */
record ManifestStamp(
        long size, @Nullable FileTime modified, @Nullable Object key) {

    static ManifestStamp of(StorePaths paths) throws IOException {
        try {
            BasicFileAttributes attributes = Files.readAttributes(paths.manifest(), BasicFileAttributes.class);
            return new ManifestStamp(attributes.size(), attributes.lastModifiedTime(), attributes.fileKey());
        } catch (NoSuchFileException e) {
            return new ManifestStamp(-1, null, null);
        }
    }
}
