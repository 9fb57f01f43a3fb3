package io.taskmover.storage.testkit.crash;

import static java.nio.file.StandardOpenOption.CREATE_NEW;
import static java.nio.file.StandardOpenOption.WRITE;

import io.taskmover.storage.testkit.disk.DiskImage;
import io.taskmover.storage.testkit.disk.ModelDisk;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A folder of files of several workers: how it is at first, and how it is now. */
final class FolderTree {
    static final String ROOT = "/root";
    private static final String STATE = ".fileoperations";
    /** In the paths of files that are something only while a transaction is under way. */
    private static final String UNDER_WAY = "/.fileop-";

    private FolderTree() {}

    /** Each worker has directories and files of all sizes, of which some are in another file store. */
    static DiskImage fresh(int workers) {
        ModelDisk disk = ModelDisk.unrecorded(DiskImage.EMPTY);
        try {
            for (int worker = 0; worker < workers; worker++) {
                Path own = disk.path(ROOT, name(worker));
                for (String directory : new String[] {"d/e", "f", "usb/g"}) {
                    Files.createDirectories(own.resolve(directory));
                }
                int number = 0;
                for (String file : new String[] {"a", "b", "c", "d/a", "d/b", "d/e/a", "f/a", "usb/a", "usb/g/a"}) {
                    String content = name(worker) + " " + number + " " + "x".repeat(number % 3 * 700);
                    Files.writeString(own.resolve(file), content, CREATE_NEW, WRITE);
                    number++;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return disk.image();
    }

    static String name(int worker) {
        return "w" + worker;
    }

    /**
     * What a worker has: each path with a slash for a directory or a file's content and time, and the files in the trash
     * that were the worker's.
     */
    static Map<String, String> of(DiskImage image, int worker) {
        ModelDisk disk = ModelDisk.unrecorded(image);
        Map<String, String> tree = new TreeMap<>();
        Path own = disk.path(ROOT, name(worker));
        Path trash = disk.path(ROOT, STATE, "trash");
        try (Stream<Path> paths = Files.walk(own)) {
            for (Path path : paths.toList()) {
                if (!path.toString().contains(UNDER_WAY)) {
                    tree.put(path.toString(), Files.isDirectory(path) ? "/" : content(path));
                }
            }
            if (Files.exists(trash)) {
                addTrashed(trash, worker, tree);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return tree;
    }

    /** By where they are in the directory of their own, whose name tells the time. */
    private static void addTrashed(Path directory, int worker, Map<String, String> tree) throws IOException {
        try (DirectoryStream<Path> entries = Files.newDirectoryStream(directory)) {
            for (Path path : entries) {
                String name = path.toString().replaceFirst(".*/trash/[^/]*-", "trash ");
                if (Files.isDirectory(path)) {
                    addTrashed(path, worker, tree);
                } else if (!name.contains(UNDER_WAY) && content(path).startsWith(name(worker) + " ")) {
                    tree.merge(name + " " + content(path), "1", (one, other) -> one + other);
                }
            }
        }
    }

    private static String content(Path file) throws IOException {
        return Files.readString(file) + "@" + Files.getLastModifiedTime(file);
    }

    /** What should not be there when nothing is under way: journal files, and files with names of their own. */
    static List<String> leftovers(DiskImage image) {
        return image.files().stream()
                .filter(path -> path.contains(UNDER_WAY) || path.contains("/journal/"))
                .toList();
    }
}
