package io.taskmover.storage.cli;

import picocli.CommandLine.Parameters;

/** The store that a command works on. */
final class StoreArgument {
    @Parameters(
            index = "0",
            paramLabel = "URL",
            description = "The store: file:DIR, sqlite:FILE, memory:, …; options follow a question mark.")
    @SuppressWarnings("NullAway.Init")
    private String url;

    String url() {
        return url;
    }
}
