package io.taskmover.storage.fileops;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/**
 * Changes of names that have nothing to do with each other, and become durable together. All paths are absolute.
 *
 * <p>Java has no rename that leaves alone what has the new name. So a file gets the new name beside the old one, which
 * fails if something has it; the old one goes when the new one is durable. Where a file can have one name only it is
 * looked whether the new name is free, and then renamed: something that is put there in between is replaced. A
 * directory is renamed: that replaces nothing but an empty directory.
 */
final class Batch {
    private final Volume volume;
    private final Set<Path> directories = new LinkedHashSet<>();
    private final List<FormerName> formerNames = new ArrayList<>();

    /** A name of something that has another one, too. */
    private record FormerName(Path name, Path other) {}

    Batch(Volume volume) {
        this.volume = volume;
    }

    /**
     * Gives a file, link or directory another name; until {@link #flush} it may have both.
     *
     * @throws FileAlreadyExistsException if something has it; nothing has happened then
     */
    void move(Path from, Path to, FileIdentity identity) throws IOException {
        if (isOneEntry(from, to)) {
            rename(from, to);
        } else if (identity.kind() == FileIdentity.Kind.LINK && identity.target() != null) {
            makeLink(to, identity.target());
            formerNames.add(new FormerName(from, to));
        } else if (identity.kind() == FileIdentity.Kind.FILE && link(from, to)) {
            formerNames.add(new FormerName(from, to));
        } else {
            if (FileIdentity.of(to) != null) {
                throw new FileAlreadyExistsException(to.toString());
            }
            rename(from, to);
        }
    }

    private void rename(Path from, Path to) throws IOException {
        changes(to);
        changes(from);
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
    }

    private boolean link(Path from, Path to) throws IOException {
        changes(to);
        try {
            volume.link(to, from);
            return true;
        } catch (FileAlreadyExistsException e) {
            throw e;
        } catch (UnsupportedOperationException | IOException e) {
            // not on this file system, or not this file of somebody else's, or too many names
            FileOperations.LOG.debug("{} cannot have two names", from, e);
            return false;
        }
    }

    /** Makes a symbolic link; something that is there is an error and stays. */
    void makeLink(Path link, String target) throws IOException {
        changes(link);
        Files.createSymbolicLink(link, link.getFileSystem().getPath(target));
    }

    /** Removes a file, a link, or a directory if it is empty; fine if it is gone. False if a directory is not empty. */
    boolean delete(Path path) throws IOException {
        changes(path);
        try {
            Files.deleteIfExists(path);
            return true;
        } catch (DirectoryNotEmptyException e) {
            return false;
        }
    }

    /** The name is about to change, or has changed. */
    void changes(Path path) {
        Path directory = path.getParent();
        if (directory != null) {
            directories.add(directory);
        }
    }

    /** What is in the directory is about to change, or has changed, or its time. */
    void changesIn(Path directory) {
        directories.add(directory);
    }

    /** Ends the batch: all of it is durable on return. */
    void flush() throws IOException {
        force();
        for (FormerName former : formerNames) {
            changes(former.name);
            if (isSame(former.name, former.other)) {
                Files.deleteIfExists(former.name);
            } else {
                FileOperations.LOG.warn("{} stays: somebody has put something else there", former.name);
            }
        }
        formerNames.clear();
        force();
    }

    /** Takes one of two names away from a file or link, when the other one is durable. */
    void dropName(Path name, Path other) {
        changes(other);
        changes(name);
        formerNames.add(new FormerName(name, other));
    }

    /** Whether two paths lead to one file, or to links that lead to the same; false if there is nothing at one of them. */
    static boolean isSame(Path one, Path other) throws IOException {
        FileIdentity first = FileIdentity.of(one);
        FileIdentity second = FileIdentity.of(other);
        if (first == null || second == null || first.kind() != second.kind()) {
            return false;
        }
        return switch (first.kind()) {
            case LINK -> Objects.equals(first.target(), second.target());
            case FILE -> Files.isSameFile(one, other);
            case DIRECTORY, OTHER -> false;
        };
    }

    private void force() throws IOException {
        for (Path directory : directories) {
            try {
                volume.forceDirectory(directory);
            } catch (NoSuchFileException e) {
                // removed with all that was in it, which another directory of these tells
                FileOperations.LOG.debug("{} is gone", directory, e);
            }
        }
        directories.clear();
    }

    /**
     * Whether two names are one, told apart neither by case nor by composition: then the old name must not be taken
     * away. Two names of one file in the same directory are two.
     */
    static boolean isOneEntry(Path from, Path to) throws IOException {
        Path one = from.getFileName();
        Path other = to.getFileName();
        if (one == null || other == null || !PathTree.fold(one.toString()).equals(PathTree.fold(other.toString()))) {
            return false;
        }
        if (FileIdentity.of(from) == null || FileIdentity.of(to) == null || !Files.isSameFile(from, to)) {
            return false;
        }
        Path directory = from.getParent();
        Path otherDirectory = to.getParent();
        if (directory == null || otherDirectory == null || !Files.isSameFile(directory, otherDirectory)) {
            return false;
        }
        boolean first = false;
        boolean second = false;
        try (var entries = Files.newDirectoryStream(directory)) {
            for (Path entry : entries) {
                String name = String.valueOf(entry.getFileName());
                first |= name.equals(one.toString());
                second |= name.equals(other.toString());
            }
        }
        return !(first && second);
    }
}
