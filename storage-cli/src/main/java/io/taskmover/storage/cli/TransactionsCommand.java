package io.taskmover.storage.cli;

import io.taskmover.storage.backend.Decisions;
import io.taskmover.storage.backend.PreparedTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.cli.output.OutputFormat;
import io.taskmover.storage.cli.output.RowWriter;
import io.taskmover.storage.fileops.FileOperations;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "transactions",
        description = {
            "List transactions over several stores that a crash left in doubt in this one, and those that this one has"
                    + " decided on and that another store may have to ask for.",
            "For a folder in which files are moved in transactions the URL is files:DIR.",
            "What is in doubt is decided as soon as the store is opened for writing and its decider can be asked; only"
                    + " where that is gone for good, decide by hand."
        })
final class TransactionsCommand implements Callable<Integer> {
    /** The scheme of a folder in which files are moved in transactions. */
    private static final String FILES = "files:";

    private static final RowType TYPE = RowType.of(List.of(
            Column.of("transaction", DataType.TEXT),
            Column.of("state", DataType.TEXT),
            Column.of("prepared", DataType.TIMESTAMP),
            Column.of("stores", DataType.TEXT)));

    private final Session session;

    @Mixin
    private final StoreArgument store = new StoreArgument();

    @Mixin
    private final FormatOption format = new FormatOption();

    @Option(names = "--commit", paramLabel = "ID", description = "Commit this transaction, which is in doubt.")
    private List<String> commit = List.of();

    @Option(names = "--rollback", paramLabel = "ID", description = "Roll this transaction back, which is in doubt.")
    private List<String> rollback = List.of();

    TransactionsCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        Map<String, Boolean> byHand = new LinkedHashMap<>();
        commit.forEach(id -> byHand.put(id, true));
        rollback.forEach(id -> byHand.put(id, false));
        if (store.url().startsWith(FILES)) {
            try (FileOperations files = FileOperations.open(Path.of(store.url().substring(FILES.length())))) {
                requireInDoubt(files.inDoubt(), byHand.keySet());
                byHand.forEach(files::resolve);
                finish(files.inDoubt(), List.of(), byHand);
            }
            return ExitCode.OK.code();
        }
        List<PreparedTransaction> inDoubt;
        List<Row> decisions;
        try (StorageBackend backend = session.openToRead(store.url())) {
            inDoubt = backend.inDoubt();
            decisions = Decisions.all(backend);
        }
        requireInDoubt(inDoubt, byHand.keySet());
        if (!byHand.isEmpty()) {
            session.decide(store.url(), byHand);
        }
        finish(inDoubt, decisions, byHand);
        return ExitCode.OK.code();
    }

    /** Says what was done or, if nothing was, lists what there is. */
    private void finish(List<PreparedTransaction> inDoubt, List<Row> decisions, Map<String, Boolean> byHand)
            throws IOException {
        if (byHand.isEmpty()) {
            list(inDoubt, decisions);
        }
        for (Map.Entry<String, Boolean> decision : byHand.entrySet()) {
            session.note(
                    "transaction " + decision.getKey() + " is " + (decision.getValue() ? "committed" : "rolled back"));
        }
    }

    private void list(List<PreparedTransaction> inDoubt, List<Row> decisions) throws IOException {
        RowWriter writer = format.or(OutputFormat.TABLE).writer(session.out(), TYPE, session.terminal());
        for (PreparedTransaction transaction : inDoubt) {
            writer.write(Row.of(
                    TYPE,
                    transaction.globalId(),
                    "in doubt",
                    transaction.preparedAt(),
                    transaction.decider().isEmpty()
                            ? "no store decides: rolled back"
                            : transaction.decider() + " decides"));
        }
        for (Row decision : decisions) {
            List<String> stores = new ArrayList<>();
            if (decision.get("stores") instanceof List<?> all) {
                all.forEach(one -> stores.add(String.valueOf(one)));
            }
            writer.write(Row.of(
                    TYPE, decision.get("id"), "committed", decision.get("prepared_at"), String.join(", ", stores)));
        }
        writer.finish();
    }

    private static void requireInDoubt(List<PreparedTransaction> inDoubt, Collection<String> ids) {
        List<String> known = inDoubt.stream().map(PreparedTransaction::globalId).toList();
        for (String id : ids) {
            if (!known.contains(id)) {
                throw new CommandException(
                        ExitCode.NO_SUCH_ROW,
                        "no transaction '" + id + "' is in doubt here"
                                + Suggestion.of(id, known, "transactions in doubt"));
            }
        }
    }
}
