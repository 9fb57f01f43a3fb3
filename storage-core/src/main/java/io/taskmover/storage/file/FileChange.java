package io.taskmover.storage.file;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;

/**
 * What a repair does to one file of a table, or one segment: lines go, lines come, or the whole file goes. At once, by a
 * rename. Not thread-safe.
 */
final class FileChange {
    private final Path file;
    private final byte[] former;
    /** What stays of it. */
    private byte[] base;

    private final Set<Integer> removed = new TreeSet<>();
    private final List<byte[]> added = new ArrayList<>();

    /** @param former what the file holds; it is durable elsewhere, as far as it goes */
    FileChange(Path file, byte[] former) {
        this.file = file;
        this.former = former;
        this.base = former;
    }

    /** What the file holds. */
    byte[] former() {
        return former;
    }

    /** Lets only this remain. */
    void keepOnly(byte[] intact) {
        base = intact;
    }

    /** Lets a line go, counted from 1. */
    void removeLine(int line) {
        removed.add(line);
    }

    /** Lets something come to the end. */
    void add(byte[] bytes) {
        added.add(bytes);
    }

    /** Does it, durably; false, and nothing is changed, if somebody else has changed the file meanwhile. */
    boolean apply(Disk disk, AtomicFile atomic) throws IOException {
        if (Fingerprint.look(file) == null || !Arrays.equals(Links.read(file), former)) {
            return false;
        }
        byte[] next = next();
        if (next.length == 0) {
            disk.delete(file);
        } else {
            atomic.write(file, ByteBuffer.wrap(next));
        }
        AtomicFile.forceDirectory(disk, Objects.requireNonNull(file.getParent()));
        return true;
    }

    private byte[] next() {
        ByteArrayOutputStream next = new ByteArrayOutputStream(base.length);
        int line = 1;
        for (int start = 0; start < base.length; line++) {
            int end = start;
            while (end < base.length && base[end] != '\n') {
                end++;
            }
            int after = Math.min(base.length, end + 1);
            if (!removed.contains(line)) {
                next.write(base, start, after - start);
            }
            start = after;
        }
        byte[] rest = next.toByteArray();
        if (!added.isEmpty() && rest.length > 0 && rest[rest.length - 1] != '\n') {
            next.write('\n');
        }
        added.forEach(next::writeBytes);
        return next.toByteArray();
    }
}
