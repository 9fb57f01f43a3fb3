package io.taskmover.storage.fileops;

import java.nio.file.Path;
import java.text.Normalizer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Values by path, found by what a path has to do with them: names that some file system takes for the same are the
 * same here on all.
 */
final class PathTree<V> {
    /** Each key ends with a slash, so that those below a path are those that begin with its key. */
    private final TreeMap<String, V> values = new TreeMap<>();

    /** A name as the file systems see it that look at neither case nor composition. */
    static String fold(String name) {
        return Normalizer.normalize(name, Normalizer.Form.NFC)
                .toUpperCase(Locale.ROOT)
                .toLowerCase(Locale.ROOT);
    }

    private static String key(Path path) {
        StringBuilder key = new StringBuilder();
        path.forEach(name -> key.append(name).append('/'));
        return fold(key.toString());
    }

    @Nullable
    V get(Path path) {
        return values.get(key(path));
    }

    void put(Path path, V value) {
        values.put(key(path), value);
    }

    void remove(Path path) {
        values.remove(key(path));
    }

    /** The values of those above the path, and its own. */
    List<V> above(Path path) {
        String key = key(path);
        List<V> found = new ArrayList<>();
        for (int slash = key.indexOf('/'); slash >= 0; slash = key.indexOf('/', slash + 1)) {
            V value = values.get(key.substring(0, slash + 1));
            if (value != null) {
                found.add(value);
            }
        }
        return found;
    }

    /** The values of those below the path. */
    Iterable<V> below(Path path) {
        String key = key(path);
        // the slash's successor ends what begins with the key
        return values.subMap(key, false, key.substring(0, key.length() - 1) + (char) ('/' + 1), false)
                .values();
    }
}
