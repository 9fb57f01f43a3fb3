package io.taskmover.storage.sql;

/**
 * A column as the database has it.
 *
 * @param name its name in the database
 * @param position the position in the table's rows of the value that it holds
 * @param codec the form of that value in it
 */
record PhysicalColumn(String name, int position, ColumnCodec codec) {}
