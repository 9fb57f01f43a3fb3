package io.taskmover.storage.migration;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The version of a migration: whole numbers with dots between them. Compared number by number, so that {@code 2} comes before
 * {@code 10}; zeros in front of a number, and numbers that are zero at the end, do not count: {@code 001}, {@code 1} and
 * {@code 1.0} are the same version. Immutable.
 */
public final class MigrationVersion implements Comparable<MigrationVersion> {
    private static final Pattern FORM = Pattern.compile("\\d{1,20}(\\.\\d{1,20}){0,4}");

    private final String text;
    private final List<BigInteger> numbers;

    private MigrationVersion(String text, List<BigInteger> numbers) {
        this.text = text;
        this.numbers = numbers;
    }

    /** @throws IllegalArgumentException if the text is no version */
    public static MigrationVersion of(String text) {
        if (!FORM.matcher(text).matches()) {
            throw new IllegalArgumentException(
                    "'" + text
                            + "' is not the version of a migration; write one to five numbers with dots between them, as 001 or 1.2");
        }
        List<BigInteger> numbers = new ArrayList<>(
                Arrays.stream(text.split("\\.")).map(BigInteger::new).toList());
        while (numbers.size() > 1 && numbers.get(numbers.size() - 1).signum() == 0) {
            numbers.remove(numbers.size() - 1);
        }
        return new MigrationVersion(text, List.copyOf(numbers));
    }

    @Override
    public int compareTo(MigrationVersion other) {
        int common = Math.min(numbers.size(), other.numbers.size());
        for (int i = 0; i < common; i++) {
            int order = numbers.get(i).compareTo(other.numbers.get(i));
            if (order != 0) {
                return order;
            }
        }
        return numbers.size() - other.numbers.size();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof MigrationVersion version && numbers.equals(version.numbers);
    }

    @Override
    public int hashCode() {
        return numbers.hashCode();
    }

    /** The same text for all that are equal. */
    String canonical() {
        return numbers.stream().map(BigInteger::toString).collect(Collectors.joining("."));
    }

    /** As it was written. */
    @Override
    public String toString() {
        return text;
    }
}
