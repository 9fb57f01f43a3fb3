package io.taskmover.storage.cli;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.backend.TransactionOptions;
import io.taskmover.storage.backend.WriteMode;
import io.taskmover.storage.cli.input.BadRecordException;
import io.taskmover.storage.cli.input.InputFile;
import io.taskmover.storage.cli.input.InputRecord;
import io.taskmover.storage.cli.input.Place;
import io.taskmover.storage.cli.load.Keys;
import io.taskmover.storage.cli.load.RowMaker;
import io.taskmover.storage.schema.Json;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "put",
        description = {
            "Write one row from a JSON object.",
            "",
            "A row that is not there is created; in one that is there the columns that the object names are changed."
        })
final class PutCommand implements Callable<Integer> {
    private final Session session;

    @Mixin
    private final RowArguments row = new RowArguments();

    @Parameters(
            index = "3",
            arity = "0..1",
            paramLabel = "JSON",
            defaultValue = InputFile.STDIN,
            description = "The row's values as a JSON object; read from standard input if it is - or absent.")
    @SuppressWarnings("NullAway.Init")
    private String json;

    PutCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        String text = json.equals(InputFile.STDIN) ? stdin() : json;
        try (StorageBackend backend = session.open(row.url());
                BackendTransaction transaction = backend.begin(TransactionOptions.DEFAULT)) {
            TableSchema schema = Session.table(transaction, row.table());
            Object key = Rows.key(schema, row.id());
            Row values = values(schema, key, text);
            boolean created = transaction.find(schema.name(), key).isEmpty();
            transaction.write(
                    schema.name(), WriteMode.UPSERT, List.of(Keys.withStoredVersion(transaction, schema, values)));
            transaction.commit();
            session.note((created ? "created '" : "changed '") + key + "' in table '" + schema.name() + "'");
        }
        return ExitCode.OK.code();
    }

    private String stdin() throws IOException {
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(session.in().readAllBytes()))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new CommandException(ExitCode.MALFORMED, "standard input is not UTF-8", e);
        }
    }

    private Row values(TableSchema schema, Object key, String text) {
        Map<String, @Nullable Object> values = members(text);
        List<Object> parts = schema.keyParts(key);
        for (int i = 0; i < parts.size(); i++) {
            String column = schema.primaryKey().get(i);
            Object given = values.get(column);
            if (given != null && !given.toString().equals(parts.get(i).toString())) {
                throw new CommandException(
                        ExitCode.WRONG_TYPE,
                        "the JSON says " + column + " '" + given + "', but the row to put is '" + key + "'");
            }
            Object part = parts.get(i);
            // as it would stand in a file, so that every value takes the same way
            values.put(column, part instanceof Long || part instanceof Boolean ? part : part.toString());
        }
        try {
            return new RowMaker(schema).make(new InputRecord(Place.line("the JSON", 1), values), true);
        } catch (BadRecordException e) {
            ExitCode code =
                    e.kind() == BadRecordException.Kind.UNKNOWN_FIELD ? ExitCode.UNKNOWN_FIELD : ExitCode.WRONG_TYPE;
            throw new CommandException(code, String.valueOf(e.getMessage()), e);
        }
    }

    private static Map<String, @Nullable Object> members(String text) {
        Object value;
        try {
            value = Json.parse(text);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCode.MALFORMED, "the row is not JSON: " + e.getMessage(), e);
        }
        if (!(value instanceof Map<?, ?> map)) {
            throw new CommandException(ExitCode.MALFORMED, "the row must be one JSON object");
        }
        Map<String, @Nullable Object> members = new LinkedHashMap<>();
        map.forEach((name, member) -> members.put((String) name, member));
        return members;
    }
}
