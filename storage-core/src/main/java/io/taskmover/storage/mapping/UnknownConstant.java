package io.taskmover.storage.mapping;

import java.util.Optional;

/**
 * A stored constant that an enum does not have: a newer program wrote it, or the enum has lost it. The property that would
 * have it, or have it inside, reads as null, or as an empty {@code Optional}; what is stored stays.
 *
 * @param table the table
 * @param column the table's column that has it
 * @param property the entity's property
 * @param type the enum's name without its package
 * @param constant what is stored
 * @param id the id of the row that it was met in first, as text; empty if a part of a row was read, without it
 */
public record UnknownConstant(
        String table, String column, String property, String type, String constant, Optional<String> id) {}
