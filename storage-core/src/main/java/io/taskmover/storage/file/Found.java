package io.taskmover.storage.file;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * A row's JSON in a file that is not as the store last wrote it, or a row whose JSON is gone.
 *
 * @param file where it is, or was
 * @param line the line in the file, from 1; 0 if the row is the whole file
 * @param key the row that the store had in this place; null if it had none
 * @param json what is there now; null if nothing is
 * @param print of the file; null if it is gone
 * @param stated the key that a line has or, if it cannot be read, begins with; null if that cannot be told, and for files
 */
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
record Found(
        Path file,
        int line,
        @Nullable Object key,
        byte @Nullable [] json,
        @Nullable Fingerprint print,
        @Nullable Object stated) {

    Found(Path file, int line, @Nullable Object key, byte @Nullable [] json, @Nullable Fingerprint print) {
        this(file, line, key, json, print, null);
    }

    /** The same without what is there, when that has been looked at. */
    Found withoutJson() {
        return new Found(file, line, key, null, print, stated);
    }

    /** The same with the key that a line has or begins with. */
    Found stating(@Nullable Object other) {
        return new Found(file, line, key, json, print, other);
    }

    /** The name of the row's own file: for a line, that it would have; or the place if nobody can tell of which row. */
    String name() {
        if (line == 0) {
            return EntityFolder.name(file);
        }
        Object id = stated == null ? key : stated;
        return id == null ? EntityFolder.name(file) + " line " + line : FileNames.ofKey(id);
    }

    /** The place as errors name it. */
    String place() {
        return line == 0 ? file.toString() : file + " line " + line;
    }
}
