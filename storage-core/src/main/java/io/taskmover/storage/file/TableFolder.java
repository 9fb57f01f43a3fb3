package io.taskmover.storage.file;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The directory of a table, and where in it a row's file is: in the directory itself for the first thousand, then in
 * one of 256 hash directories. A file never moves; to know where one is takes the names of the thousand only. Not
 * thread-safe.
 */
final class TableFolder {
    /** How many files a table's directory holds before new ones go to hash directories. */
    static final int FLAT_FILES = 1_000;

    private final Path directory;
    private final Set<String> flat = new HashSet<>();

    /** @param files what {@link #list} found */
    TableFolder(Path directory, List<Path> files) {
        this.directory = directory;
        for (Path file : files) {
            if (directory.equals(file.getParent())) {
                flat.add(name(file));
            }
        }
    }

    Path directory() {
        return directory;
    }

    Path schemaFile() {
        return directory.resolve(StorePaths.SCHEMA);
    }

    /** Where the file of this name is, or where it goes if it is new. */
    Path place(String fileName, boolean filed) {
        Path hashed = directory.resolve(FileNames.hashDirectory(fileName)).resolve(fileName);
        if (flat.contains(fileName) || flat.size() >= FLAT_FILES || (filed && Files.exists(hashed))) {
            return flat.contains(fileName) ? directory.resolve(fileName) : hashed;
        }
        flat.add(fileName);
        return directory.resolve(fileName);
    }

    /** Where the file of this name is if it exists; it is about to be removed. */
    Path forget(String fileName) {
        return flat.remove(fileName)
                ? directory.resolve(fileName)
                : directory.resolve(FileNames.hashDirectory(fileName)).resolve(fileName);
    }

    /** The files of rows in a table's directory and its hash directories; empty if there is no such directory. */
    static List<Path> list(Path directory) throws IOException {
        List<Path> files = new ArrayList<>();
        Links.refuse(directory);
        if (!Files.isDirectory(directory)) {
            return files;
        }
        Links.refuse(directory.resolve(StorePaths.SCHEMA));
        List<Path> hashDirectories = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                if (isRowFile(entry)) {
                    files.add(entry);
                } else if (FileNames.isHashDirectory(name(entry))
                        && Links.attributes(entry).isDirectory()) {
                    hashDirectories.add(entry);
                }
            }
        }
        for (Path hashDirectory : hashDirectories) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(hashDirectory)) {
                for (Path entry : entries) {
                    if (isRowFile(entry)) {
                        files.add(entry);
                    }
                }
            }
        }
        return files;
    }

    private static boolean isRowFile(Path entry) {
        String name = name(entry);
        return name.endsWith(FileNames.SUFFIX) && !name.startsWith(".");
    }

    static String name(Path file) {
        return file.getFileName().toString();
    }
}
