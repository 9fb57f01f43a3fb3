package io.taskmover.storage.cli.load;

import io.taskmover.storage.schema.TableSchema;

/**
 * What an import did.
 *
 * @param schema the table's
 * @param created whether the table was made
 * @param rows how many rows were written
 * @param skipped how many records were left out
 */
public record ImportResult(TableSchema schema, boolean created, long rows, long skipped) {}
