package io.taskmover.storage.file;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The name of the file by which one who reads a store tells the one who writes it: {@code 3-4711-1}. It counts as long
 * as the byte that it names is locked.
 *
 * @param slot the byte of the lock file that the reader has locked
 * @param process its process
 * @param number tells apart what one process opens
 */
record ReaderName(int slot, long process, long number) {
    private static final Pattern FORM = Pattern.compile("(\\d{1,9})-(\\d{1,18})-(\\d{1,18})");
    private static final AtomicLong NUMBERS = new AtomicLong();

    /** A name that this process has not used before. */
    static ReaderName next(int slot) {
        return new ReaderName(slot, ProcessHandle.current().pid(), NUMBERS.incrementAndGet());
    }

    static Optional<ReaderName> parse(String fileName) {
        Matcher form = FORM.matcher(fileName);
        return form.matches()
                ? Optional.of(new ReaderName(
                        Integer.parseInt(form.group(1)), Long.parseLong(form.group(2)), Long.parseLong(form.group(3))))
                : Optional.empty();
    }

    String fileName() {
        return slot + "-" + process + "-" + number;
    }
}
