package io.taskmover.storage.cli;

import io.taskmover.storage.Storage;
import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Repair;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.cli.load.LongWork;
import io.taskmover.storage.cli.output.Progress;
import io.taskmover.storage.cli.output.Terminal;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.error.ConnectionException;
import io.taskmover.storage.error.StorageIoException;
import io.taskmover.storage.history.VersionedBackend;
import io.taskmover.storage.schema.TableSchema;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/** One run of the command: its streams, its terminal, and how it opens stores. */
final class Session {
    /** The schemes whose location is a path. */
    private static final Set<String> LOCAL = Set.of("file", "sqlite");
    /** The schemes of stores that are more than read when they are opened for writing: what is in doubt is decided. */
    private static final Set<String> DECIDING = Set.of("file", "postgresql", "mariadb", "mysql");

    private final InputStream in;
    private final OutputStream out;
    private final PrintStream err;
    private final Terminal terminal;
    private boolean quiet;
    private boolean debug;
    private boolean acceptDeletes;
    private volatile boolean cancelled;
    private volatile boolean cancellable;

    Session(InputStream in, OutputStream out, PrintStream err, Terminal terminal) {
        this.in = in;
        this.out = out;
        this.err = err;
        this.terminal = terminal;
    }

    void options(boolean quiet, boolean debug) {
        this.quiet = quiet;
        this.debug = debug;
    }

    /** Whether files that are gone from a folder of files are always taken for deletions. */
    void acceptDeletes(boolean accept) {
        acceptDeletes = accept;
    }

    InputStream in() {
        return in;
    }

    /** Standard output; closing it only flushes. Unlike a {@link PrintStream} it says when it cannot be written. */
    OutputStream out() {
        return new FilterOutputStream(out) {
            @Override
            public void write(byte[] bytes, int offset, int length) throws IOException {
                out.write(bytes, offset, length);
            }

            @Override
            public void close() throws IOException {
                flush();
            }
        };
    }

    PrintStream err() {
        return err;
    }

    Terminal terminal() {
        return terminal;
    }

    boolean debug() {
        return debug;
    }

    boolean quiet() {
        return quiet;
    }

    /** Writes a line that was asked for to standard output. */
    void print(String line) throws IOException {
        out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    /** Writes a line that {@code --quiet} leaves out. */
    void note(String line) throws IOException {
        if (!quiet) {
            print(line);
        }
    }

    Progress progress() {
        Progress.Style style = quiet ? Progress.Style.NONE : terminal.err() ? Progress.Style.BAR : Progress.Style.LINES;
        return new Progress(err, style, terminal.width(), System::nanoTime);
    }

    /** Opens a store that must be there, for reading and writing. */
    StorageBackend open(String url) {
        return open(config(url).autoCreate(false).build(), Files::notExists);
    }

    /** Repairs a store that must be there. */
    Repair repair(String url) {
        return reach(StorageConfig.builder(url).autoCreate(false).build(), Files::notExists, Storage::repair);
    }

    /**
     * Decides, by hand, on transactions over several stores that are in doubt in a store.
     *
     * @param decisions by their ids, whether they are committed
     */
    void decide(String url, Map<String, Boolean> decisions) {
        String option = decisions.entrySet().stream()
                .map(decision -> (decision.getValue() ? "commit:" : "rollback:") + decision.getKey())
                .collect(Collectors.joining(","));
        open(config(url).autoCreate(false).option("inDoubt", option).build(), Files::notExists)
                .close();
    }

    /**
     * Opens it for reading only: a folder of files can be read while another process has it open, and nobody decides on
     * anything by looking at it.
     */
    StorageBackend openToRead(String url) {
        StorageConfig.Builder config = config(url).autoCreate(false);
        if (DECIDING.contains(config.build().scheme())) {
            config.option("mode", "ro");
        }
        return open(config.build(), Files::notExists);
    }

    /** Opens a store, and creates it if it is not there. */
    StorageBackend openOrCreate(String url) {
        return open(config(url).build(), place -> Files.notExists(parent(place)));
    }

    private StorageConfig.Builder config(String url) {
        StorageConfig.Builder config = StorageConfig.builder(url);
        return acceptDeletes && url.startsWith("file:") ? config.option("acceptDeletes", "true") : config;
    }

    private static StorageBackend open(StorageConfig config, Predicate<Path> missing) {
        return reach(config, missing, Session::connect);
    }

    /** A store with its versions, if it keeps any. */
    private static StorageBackend connect(StorageConfig config) {
        StorageBackend store = StorageBackend.open(config);
        try {
            return VersionedBackend.over(store, config);
        } catch (RuntimeException e) {
            store.close();
            throw e;
        }
    }

    /** @param missing whether a store cannot be opened at a place because something is not there */
    private static <T> T reach(StorageConfig config, Predicate<Path> missing, Function<StorageConfig, T> work) {
        try {
            return work.apply(config);
        } catch (StorageIoException | ConnectionException e) {
            if (!LOCAL.contains(config.scheme())) {
                throw e;
            }
            // the file system knows better than a driver's message
            Path place = Path.of(config.location());
            if (missing.test(place)) {
                throw new CommandException(ExitCode.NO_SUCH_FILE, String.valueOf(e.getMessage()), e);
            }
            Path needed = Files.exists(place) ? place : parent(place);
            if (!Files.isReadable(needed) || !Files.isWritable(needed)) {
                String message = String.valueOf(e.getMessage());
                throw new CommandException(
                        ExitCode.NO_PERMISSION,
                        message.contains("permission") ? message : "no permission for '" + needed + "'",
                        e);
            }
            throw e;
        }
    }

    private static Path parent(Path place) {
        return Objects.requireNonNullElse(place.toAbsolutePath().getParent(), place);
    }

    /** A transaction that reads one moment of the store. */
    static BackendTransaction reading(StorageBackend store) {
        return store.begin(LongWork.READING);
    }

    /** The schema of a table that must be there. */
    static TableSchema table(BackendTransaction transaction, String table) {
        return transaction
                .catalog()
                .table(table)
                .orElseThrow(() -> new CommandException(
                        ExitCode.UNKNOWN_TABLE,
                        "there is no table '" + table + "'"
                                + Suggestion.of(table, transaction.catalog().tables(), "tables")));
    }

    /** From now on Ctrl-C only asks the running command to stop and to clean up, and waits until it has. */
    void cancellable() {
        cancellable = true;
    }

    boolean isCancellable() {
        return cancellable;
    }

    void cancel() {
        cancelled = true;
    }

    boolean cancelled() {
        return cancelled;
    }
}
