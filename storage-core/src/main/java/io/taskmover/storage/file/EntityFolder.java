package io.taskmover.storage.file;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where in a table's directory the files of rows are: in the directory itself for the first thousand, then in one of
 * 256 hash directories.
 */
record EntityFolder(Path directory) {
    /** How many rows have their file in the table's directory before new ones go to hash directories. */
    static final int FLAT_FILES = 1_000;

    Path file(String name, boolean hashed) {
        return directoryOf(name, hashed).resolve(name);
    }

    /** Where the file of this name is. */
    Path directoryOf(String name, boolean hashed) {
        return hashed ? directory.resolve(FileNames.hashDirectory(name)) : directory;
    }

    boolean isHashed(Path file) {
        return !directory.equals(file.getParent());
    }

    /** The directory and its hash directories; empty if there is no such directory. */
    List<Path> directories() throws IOException {
        List<Path> directories = new ArrayList<>();
        if (Links.isDirectory(directory)) {
            Links.refuse(directory.resolve(StorePaths.SCHEMA));
            directories.add(directory);
            directories.addAll(hashDirectories());
        }
        return directories;
    }

    /** The files of rows in all of them. */
    List<Path> list() throws IOException {
        List<Path> files = new ArrayList<>();
        for (Path inside : directories()) {
            files.addAll(list(inside));
        }
        return files;
    }

    /** The files of rows in one of them; empty if it is not there. */
    List<Path> list(Path inside) throws IOException {
        List<Path> files = new ArrayList<>();
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(inside)) {
            for (Path entry : entries) {
                String name = name(entry);
                if (name.endsWith(FileNames.SUFFIX) && !name.startsWith(".")) {
                    files.add(entry);
                }
            }
        } catch (NoSuchFileException e) {
            // removed by someone, with all that was in it
        }
        return files;
    }

    List<Path> hashDirectories() throws IOException {
        List<Path> inside = new ArrayList<>();
        if (Links.isDirectory(directory)) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
                for (Path entry : entries) {
                    if (FileNames.isHashDirectory(name(entry))
                            && Links.attributes(entry).isDirectory()) {
                        inside.add(entry);
                    }
                }
            }
        }
        return inside;
    }

    /** Removes the directory with its schema and its hash directories, but for what else is in them. */
    void remove(Disk disk) throws IOException {
        if (!Links.isDirectory(directory)) {
            return;
        }
        disk.delete(directory.resolve(StorePaths.SCHEMA));
        for (Path hashDirectory : hashDirectories()) {
            deleteIfEmpty(disk, hashDirectory);
        }
        deleteIfEmpty(disk, directory);
    }

    private static void deleteIfEmpty(Disk disk, Path directory) throws IOException {
        try {
            disk.delete(directory);
        } catch (DirectoryNotEmptyException e) {
            Threads.LOG.info("{} stays: it holds files that are not of this store", directory);
        }
    }

    static String name(Path file) {
        return file.getFileName().toString();
    }
}
