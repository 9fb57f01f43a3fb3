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
 */
@SuppressWarnings("ArrayRecordComponent") // passed on, never compared
record Found(
        Path file,
        int line,
        @Nullable Object key,
        byte @Nullable [] json,
        @Nullable Fingerprint print) {

    /** The same without what is there, when that has been looked at. */
    Found withoutJson() {
        return new Found(file, line, key, null, print);
    }

    /** The place as errors name it. */
    String place() {
        return line == 0 ? file.toString() : file + " line " + line;
    }
}
