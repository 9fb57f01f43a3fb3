package io.taskmover.storage.cli;

import io.taskmover.storage.cli.output.OutputFormat;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** In which form rows are printed. */
final class FormatOption {
    @Option(names = "--format", paramLabel = "FORMAT", description = "How to print rows: ${COMPLETION-CANDIDATES}.")
    private @Nullable OutputFormat format;

    OutputFormat or(OutputFormat otherwise) {
        OutputFormat chosen = format;
        return chosen == null ? otherwise : chosen;
    }

    boolean isGiven() {
        return format != null;
    }
}
