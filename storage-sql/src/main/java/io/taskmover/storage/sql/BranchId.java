package io.taskmover.storage.sql;

import io.taskmover.storage.backend.PreparedTransaction;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * What a branch of a transaction over several stores is called in a server: the name of a prepared transaction of
 * PostgreSQL, or the two parts of an xid. Drawn in {@code docs/formats/prepared-transactions.md}. Each part has at most 64
 * characters, all of them letters, digits and {@code -._:}, and so needs no quoting.
 *
 * @param place tells the store apart from others in the same server
 * @param decider the key of the decider in the store's table {@value Deciders#TABLE}
 */
record BranchId(String globalId, String place, String decider, Instant preparedAt) {
    private static final Pattern GLOBAL_ID = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Pattern QUALIFIER =
            Pattern.compile("([a-z0-9]{1,16}):([0-9a-f]{16}):(-?[0-9a-z]{1,11})\\.([0-9a-z]{1,6})");
    private static final int RADIX = Character.MAX_RADIX;

    /** @throws IllegalArgumentException if the transaction's id has signs that are of no use in a name */
    static BranchId of(PreparedTransaction transaction, String place, String decider) {
        if (!GLOBAL_ID.matcher(transaction.globalId()).matches()) {
            throw new IllegalArgumentException(
                    "The id of a transaction over several stores has 1 to 64 letters, digits,"
                            + " points, dashes and underscores, and not '" + transaction.globalId() + "'");
        }
        return new BranchId(transaction.globalId(), place, decider, transaction.preparedAt());
    }

    /** All but the global id, which is the same in every store. */
    String qualifier() {
        return place + ":" + decider + ":" + Long.toString(preparedAt.getEpochSecond(), RADIX) + "."
                + Integer.toString(preparedAt.getNano(), RADIX);
    }

    /** Empty if it is not one of this library's. */
    static Optional<BranchId> parse(String globalId, String qualifier) {
        Matcher parts = QUALIFIER.matcher(qualifier);
        if (!parts.matches() || !GLOBAL_ID.matcher(globalId).matches()) {
            return Optional.empty();
        }
        try {
            Instant preparedAt = Instant.ofEpochSecond(
                    Long.parseLong(parts.group(3), RADIX), Integer.parseInt(parts.group(4), RADIX));
            return Optional.of(new BranchId(globalId, parts.group(1), parts.group(2), preparedAt));
        } catch (DateTimeException e) {
            return Optional.empty(); // no time that any clock tells
        }
    }
}
