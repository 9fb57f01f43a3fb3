package io.taskmover.storage.file;

import io.taskmover.storage.file.RowParser.Broken;
import io.taskmover.storage.file.RowParser.Parsed;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.util.List;
import java.util.Map;

/**
 * A table as it was found at open.
 *
 * @param stubs the rows that stand in the files: key and indexed columns only, in key order
 * @param rows the rows that the journal has, whole, in key order
 * @param edits what someone else did to the files while the store was closed
 * @param broken files that hold no row of the table, by file name: their ids must be taken for neither there nor absent
 */
record TableState(
        TableSchema schema, List<Row> stubs, List<Row> rows, List<Parsed> edits, Map<String, Broken> broken) {}
