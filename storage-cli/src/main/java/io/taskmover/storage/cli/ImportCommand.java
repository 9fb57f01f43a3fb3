package io.taskmover.storage.cli;

import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.cli.input.BadRecordException;
import io.taskmover.storage.cli.input.Format;
import io.taskmover.storage.cli.input.InputFile;
import io.taskmover.storage.cli.load.Import;
import io.taskmover.storage.cli.load.ImportRequest;
import io.taskmover.storage.cli.load.ImportResult;
import io.taskmover.storage.cli.output.Progress;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "import",
        description = {
            "Load files of rows into a table, which is made if there is none.",
            "",
            "A first pass checks every record and finds the types; only then is anything written. If a record is bad,"
                    + " nothing is imported, unless --skip-bad."
        })
final class ImportCommand implements Callable<Integer> {
    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private final StoreArgument store = new StoreArgument();

    @Parameters(index = "1", paramLabel = "TABLE", description = "The table to fill.")
    @SuppressWarnings("NullAway.Init")
    private String table;

    @Parameters(
            index = "2..*",
            arity = "1..*",
            paramLabel = "FILE",
            description =
                    "JSON Lines (.jsonl), a JSON array (.json) or CSV (.csv), each also .gz; - is standard input.")
    @SuppressWarnings("NullAway.Init")
    private List<String> names;

    @Option(
            names = "--id",
            split = ",",
            paramLabel = "FIELD",
            defaultValue = "id",
            description = "The field that holds the id, or more than one, with commas; default: ${DEFAULT-VALUE}.")
    @SuppressWarnings("NullAway.Init")
    private List<String> id;

    @Option(names = "--upsert", description = "Replace rows whose id is there already, instead of failing.")
    private boolean upsert;

    @Option(names = "--skip-bad", description = "Leave out bad records, list and count them, instead of failing.")
    private boolean skipBad;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            description = "The files' format, if their names do not tell: ${COMPLETION-CANDIDATES}.")
    private @Nullable Format format;

    @Option(
            names = "--batch",
            paramLabel = "ROWS",
            defaultValue = "1000",
            description = "How many rows one transaction writes; default: ${DEFAULT-VALUE}.")
    private int batch;

    ImportCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException, BadRecordException {
        if (batch < 1) {
            throw new ParameterException(spec.commandLine(), "--batch is at least 1");
        }
        List<Format> formats = names.stream().map(this::formatOf).toList();
        List<InputFile> files = new ArrayList<>();
        try {
            for (int i = 0; i < names.size(); i++) {
                files.add(InputFile.open(names.get(i), formats.get(i), session.in()));
            }
            return load(new ImportRequest(table, id, files, upsert, skipBad, batch));
        } finally {
            for (InputFile file : files) {
                file.close();
            }
        }
    }

    private int load(ImportRequest request) throws IOException, BadRecordException {
        if (request.files().stream()
                        .map(file -> file.format().typed())
                        .distinct()
                        .count()
                > 1) {
            throw new ParameterException(
                    spec.commandLine(), "CSV has no types and JSON has; import them one after the other");
        }
        session.cancellable();
        long start = System.nanoTime();
        ImportResult result;
        Progress progress = session.progress();
        try (StorageBackend backend = session.openOrCreate(store.url())) {
            result = new Import(backend, request, progress, session::cancelled).run();
            // what is committed is safe; a folder of files is still being written out, though
            progress.during("Writing out " + store.url(), backend::close);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        String skipped = result.skipped() == 0 ? "" : String.format(Locale.ROOT, ", skipped %,d", result.skipped());
        session.note(String.format(
                Locale.ROOT,
                "imported %,d rows into %stable '%s' in %.1f s%s",
                result.rows(),
                result.created() ? "new " : "",
                table,
                seconds,
                skipped));
        return ExitCode.OK.code();
    }

    private Format formatOf(String name) {
        Format chosen = format;
        if (chosen != null) {
            return chosen;
        }
        if (name.equals(InputFile.STDIN)) {
            return Format.JSONL;
        }
        return Format.of(name).orElseThrow(() -> new ParameterException(spec.commandLine(), Format.unclear(name)));
    }
}
