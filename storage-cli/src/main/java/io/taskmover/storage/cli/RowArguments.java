package io.taskmover.storage.cli;

import picocli.CommandLine.Parameters;

/** One row of a store. */
final class RowArguments {
    @Parameters(
            index = "0",
            paramLabel = "URL",
            description = "The store: file:DIR, sqlite:FILE, memory:, …; options follow a question mark.")
    @SuppressWarnings("NullAway.Init")
    private String url;

    @Parameters(index = "1", paramLabel = "TABLE", description = "The table.")
    @SuppressWarnings("NullAway.Init")
    private String table;

    @Parameters(
            index = "2",
            paramLabel = "ID",
            description = "The row's id; of more than one column: A,B or a JSON array.")
    @SuppressWarnings("NullAway.Init")
    private String id;

    String url() {
        return url;
    }

    String table() {
        return table;
    }

    String id() {
        return id;
    }
}
