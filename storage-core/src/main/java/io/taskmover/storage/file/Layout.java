package io.taskmover.storage.file;

import io.taskmover.storage.error.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a store keeps its rows in files, for as long as it lives. */
enum Layout {
    /** A file for each row. */
    ENTITY(0),
    /** JSON Lines, many rows in a file. */
    LINES(1);

    /** The option in a URL. */
    static final String OPTION = "layout";

    private final int number;

    Layout(int number) {
        this.number = number;
    }

    /** What the manifest calls it. */
    int number() {
        return number;
    }

    /** The layout with a number; null if there is none. */
    static @Nullable Layout of(int number) {
        for (Layout layout : values()) {
            if (layout.number == number) {
                return layout;
            }
        }
        return null;
    }

    /** Whether a file in a table's directory may hold rows, by its name. */
    boolean isRowsFile(String name) {
        return !name.startsWith(".") && name.endsWith(this == ENTITY ? FileNames.SUFFIX : SegmentNumbers.SUFFIX);
    }

    /** Its name in URLs and messages. */
    String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * The layout that a URL asks for; null if it asks for none.
     *
     * @throws ConfigException if it is none that there is
     */
    static @Nullable Layout parse(@Nullable String text) {
        if (text == null) {
            return null;
        }
        for (Layout layout : values()) {
            if (layout.text().equals(text)) {
                return layout;
            }
        }
        throw new ConfigException("layout is entity (one file for each row) or lines (JSON Lines), not '" + text + "'");
    }

    /**
     * The layout of the store in a directory, or that of a new one.
     *
     * @param wanted what the URL asks for
     * @throws ConfigException if it is not that of the store
     */
    static Layout of(StorePaths paths, @Nullable Layout wanted) throws IOException {
        Layout present = present(paths);
        if (present != null && wanted != null && present != wanted) {
            throw new ConfigException("The store in " + paths.root() + " has layout=" + present.text() + ", not "
                    + wanted.text() + "; leave the option out, or convert it: storage copy 'file:" + paths.root()
                    + "' 'file:NEW?layout=" + wanted.text() + "'");
        }
        return present != null ? present : wanted != null ? wanted : ENTITY;
    }

    /** The layout of the store in a directory; null if there is none, or none with rows. */
    private static @Nullable Layout present(StorePaths paths) throws IOException {
        if (Files.exists(paths.manifest())) {
            try (InputStream in = Files.newInputStream(paths.manifest(), LinkOption.NOFOLLOW_LINKS)) {
                // what is wrong with another manifest is said by those who read all of it
                return ManifestFormat.layout(ByteBuffer.wrap(in.readNBytes(ManifestFormat.LAYOUT_BYTES)));
            }
        }
        return ofFiles(paths);
    }

    /** The layout of the rows in a directory, whatever the manifest says; null if there are none. */
    static @Nullable Layout ofFiles(StorePaths paths) throws IOException {
        Layout present = null;
        if (Files.isDirectory(paths.root())) {
            try (DirectoryStream<Path> entries = Files.newDirectoryStream(paths.root())) {
                for (Path entry : entries) {
                    if (present != LINES && Files.isRegularFile(entry.resolve(StorePaths.SCHEMA))) {
                        Layout of = ofTable(entry);
                        present = of == null ? present : of;
                    }
                }
            }
        }
        return present;
    }

    private static @Nullable Layout ofTable(Path directory) throws IOException {
        if (!SegmentFolder.list(directory).isEmpty()) {
            return LINES;
        }
        return new EntityFolder(directory).list().isEmpty() ? null : ENTITY;
    }
}
