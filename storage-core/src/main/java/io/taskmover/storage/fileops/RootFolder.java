package io.taskmover.storage.fileops;

import java.io.IOException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * The folder that the operations work in, and which paths are in it. Inside of it no symbolic link is followed; the
 * folder itself may be reached through links. Paths without a root are relative to it, as everywhere in this package.
 */
final class RootFolder {
    static final String STATE = ".fileoperations";
    static final String TRASH = "trash";
    /** How names begin that files have while a transaction is under way. */
    static final String RESERVED = ".fileop-";

    private final Path path;

    /** @param path absolute and normalized */
    RootFolder(Path path) {
        this.path = path;
    }

    /** Absolute. */
    Path path() {
        return path;
    }

    Path state() {
        return path.resolve(STATE);
    }

    /** Relative to the root. */
    Path trash() {
        return path.getFileSystem().getPath(STATE, TRASH);
    }

    /** Where something is on the disk. */
    Path onDisk(Path relative) {
        return path.resolve(relative);
    }

    /** The names of a path, joined as the journal has them. */
    static String text(Path relative) {
        StringBuilder text = new StringBuilder();
        relative.forEach(name -> text.append(text.isEmpty() ? "" : "/").append(name));
        return text.toString();
    }

    Path fromText(String text) {
        return path.getFileSystem()
                .getPath(text.replace("/", path.getFileSystem().getSeparator()));
    }

    /**
     * What a caller means, relative to the root. What is in the trash may be taken from there, but nothing put there.
     *
     * @param taken whether something is taken from this path, and not put there
     * @throws IllegalArgumentException if it is not below the root, or not to be worked on
     */
    Path relative(Path given, boolean taken) {
        Path relative = below(given).normalize();
        if (relative.toString().isEmpty()) {
            throw refused(given, "it is the root itself");
        }
        String first = PathTree.fold(relative.getName(0).toString());
        if (first.equals(STATE) && !(taken && isTrashed(relative))) {
            throw refused(given, "it belongs to the state of the file operations");
        }
        requireRecordable(relative);
        for (Path name : relative) {
            if (PathTree.fold(name.toString()).startsWith(RESERVED)) {
                throw refused(given, "names that begin with " + RESERVED + " are for files under way");
            }
        }
        return relative;
    }

    private Path below(Path given) {
        for (Path name : given) {
            if (name.toString().equals("..")) {
                throw refused(given, "it goes up by `..`");
            }
        }
        if (!given.isAbsolute()) {
            if (given.getRoot() != null) {
                throw refused(given, "it is neither absolute nor relative");
            }
            return given;
        }
        if (!given.startsWith(path)) {
            throw refused(given, "it is not in " + path);
        }
        return path.relativize(given);
    }

    /** Something in a directory of its own, or below it. */
    private boolean isTrashed(Path relative) {
        return relative.startsWith(trash()) && relative.getNameCount() > trash().getNameCount() + 1;
    }

    /** A name that Java cannot turn into text and back would be another one after a crash. */
    void requireRecordable(Path relative) {
        boolean same;
        try {
            same = fromText(text(relative)).equals(relative) && isText(relative.toString());
        } catch (InvalidPathException e) {
            same = false;
        }
        if (!same) {
            throw refused(relative, "its name is not text in the system's encoding; rename it first");
        }
    }

    static boolean isText(String name) {
        return name.codePoints()
                .noneMatch(c -> c == 0 || (c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE));
    }

    /**
     * Refuses to go through anything but directories on the way to a path.
     *
     * @throws io.taskmover.storage.error.StorageIoException if a link, or something else, is in the way
     */
    void requirePlainWay(Path relative) throws IOException {
        Path way = path;
        for (Iterator<Path> names = relative.iterator(); names.hasNext(); ) {
            Path name = names.next();
            if (names.hasNext()) {
                way = way.resolve(name);
                requireDirectory(way, FileIdentity.of(way));
            }
        }
    }

    static void requireDirectory(Path directory, @Nullable FileIdentity found) {
        if (found == null) {
            throw Failures.missing(directory, "make the directory first");
        }
        if (found.kind() != FileIdentity.Kind.DIRECTORY) {
            throw Failures.refused(
                    directory,
                    found.kind() == FileIdentity.Kind.LINK
                            ? "is a symbolic link; links are not followed inside the root. Give the path that it leads to,"
                                    + " if that is in the root, too"
                            : "is no directory");
        }
    }

    /** The directory that a path is in; relative too, and empty for the root. */
    Path parent(Path relative) {
        Path parent = relative.getParent();
        return parent == null ? path.getFileSystem().getPath("") : parent;
    }

    static Path name(Path relative) {
        return Objects.requireNonNull(relative.getFileName());
    }

    private static IllegalArgumentException refused(Path given, String why) {
        return new IllegalArgumentException("The path '" + given + "' is refused: " + why);
    }
}
