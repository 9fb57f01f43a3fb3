package io.taskmover.storage.file;

import io.taskmover.storage.error.ConfigException;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** How much memory the values of rows may take: {@code memory=64MiB}. Keys and indexes come on top. */
final class MemoryBudget {
    /** The option in a URL. */
    static final String OPTION = "memory";

    private static final Pattern SIZE = Pattern.compile("(\\d{1,12})\\s*(b|kib|mib|gib|kb|mb|gb)?");
    private static final Map<String, Long> UNITS = Map.of(
            "b",
            1L,
            "kib",
            1L << 10,
            "mib",
            1L << 20,
            "gib",
            1L << 30,
            "kb",
            1_000L,
            "mb",
            1_000_000L,
            "gb",
            1_000_000_000L);

    private MemoryBudget() {}

    /**
     * The budget in bytes; a quarter of the largest heap if nothing is said.
     *
     * @throws ConfigException if it is not a size
     */
    static long parse(@Nullable String text) {
        if (text == null) {
            return Runtime.getRuntime().maxMemory() / 4;
        }
        Matcher size = SIZE.matcher(text.strip().toLowerCase(Locale.ROOT));
        if (!size.matches()) {
            throw new ConfigException(
                    "memory=" + text + " is not a size; write a number of bytes, or for example 512KiB, 64MiB or 1GiB");
        }
        String unit = size.group(2);
        return Math.multiplyExact(
                Long.parseLong(size.group(1)), UNITS.getOrDefault(Objects.requireNonNullElse(unit, "b"), 1L));
    }
}
