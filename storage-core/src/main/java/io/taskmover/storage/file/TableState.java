package io.taskmover.storage.file;

import io.taskmover.storage.file.FolderReader.Broken;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.Collection;
import java.util.Map;

/**
 * A table as it was found at open.
 *
 * @param schema the table, columns that only its files knew included
 * @param rows the rows, each of the schema's row type
 * @param broken files that hold no row of the table, by file name: their ids must be taken for neither there nor absent
 * @param generated the highest key ever generated, 0 for none
 */
record TableState(TableSchema schema, Collection<Row> rows, Map<String, Broken> broken, long generated) {}
