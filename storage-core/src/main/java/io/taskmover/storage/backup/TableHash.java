package io.taskmover.storage.backup;

/**
 * What a table holds, in short: two tables with the same columns and rows have the same.
 *
 * @param table the table's name
 * @param rows how many rows it has
 * @param sha256 the hash of its rows in id order, 64 hexadecimal digits; {@link ContentHash} says of what
 */
public record TableHash(String table, long rows, String sha256) {}
