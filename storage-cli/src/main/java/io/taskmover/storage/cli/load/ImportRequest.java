package io.taskmover.storage.cli.load;

import io.taskmover.storage.cli.input.InputFile;
import java.util.List;

/**
 * What is to be imported, and how.
 *
 * @param table the table; made if there is none
 * @param id the key columns of a table that is made, at least one
 * @param files at least one
 * @param upsert whether a row whose id is there already replaces what it names, instead of failing
 * @param skipBad whether bad records are left out instead of failing the import
 * @param batchRows how many rows one transaction writes
 */
public record ImportRequest(
        String table, List<String> id, List<InputFile> files, boolean upsert, boolean skipBad, int batchRows) {
    public ImportRequest {
        id = List.copyOf(id);
        files = List.copyOf(files);
    }
}
