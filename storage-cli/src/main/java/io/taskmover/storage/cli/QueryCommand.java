package io.taskmover.storage.cli;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.RowCursor;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.cli.output.OutputFormat;
import io.taskmover.storage.cli.output.RowWriter;
import io.taskmover.storage.error.QueryException;
import io.taskmover.storage.history.AsOfTransaction;
import io.taskmover.storage.query.Evaluation;
import io.taskmover.storage.query.Jdql;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Json;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
        name = "query",
        description = {
            "Select rows by JDQL, the Jakarta Data Query Language.",
            "",
            "For example: storage query file:./s \"select name, country from cities where lat > 70 order by name\"",
            "Rows come in id order unless the query says otherwise."
        })
final class QueryCommand implements Callable<Integer> {
    private static final RowType COUNT = RowType.of(List.of(Column.of("count", DataType.INTEGER)));

    private final Session session;

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    @Mixin
    private final StoreArgument store = new StoreArgument();

    @Parameters(
            index = "1",
            paramLabel = "JDQL",
            description = "[select FIELD[, …] | select count(this)] from TABLE [where …] [order by …]")
    @SuppressWarnings("NullAway.Init")
    private String text;

    @Option(
            names = "--param",
            paramLabel = "NAME=VALUE",
            description = "A value for :NAME, or for ?1 under the name 1: text that takes the type that it is compared"
                    + " with, or with NAME:=VALUE a JSON value.")
    private List<String> parameters = List.of();

    @Option(names = "--limit", paramLabel = "N", description = "At most so many rows.")
    private @Nullable Long limit;

    @Option(
            names = "--as-of",
            paramLabel = "INSTANT",
            description = "The rows as they were at a moment, as 2026-05-01T10:00:00Z, where versions are kept.")
    private @Nullable Instant asOf;

    @Option(names = "--explain", description = "Tell how the query would run, instead of running it.")
    private boolean explain;

    @Mixin
    private final FormatOption format = new FormatOption();

    QueryCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        if (limit != null && limit < 0) {
            throw new ParameterException(spec.commandLine(), "--limit is not negative");
        }
        Jdql query = Jdql.parse(text).bind(parameterValues());
        try (StorageBackend backend = session.openToRead(store.url());
                BackendTransaction reading = reading(backend)) {
            String from = query.from();
            if (from == null) {
                throw new CommandException(
                        ExitCode.BAD_QUERY,
                        "name the table: from … ; the tables are "
                                + String.join(", ", reading.catalog().tables()));
            }
            TableSchema schema = Session.table(reading, from);
            Select select = query.toSelect(from).limit(limit);
            Fields.requireKnown(select, schema);
            Select bound = bind(query.count() ? select : Rows.inIdOrder(select, schema), schema);
            if (explain) {
                session.print(reading.explain(bound).detail().stripTrailing());
            } else if (query.count()) {
                count(reading, bound);
            } else {
                rows(reading, bound, schema);
            }
        }
        return ExitCode.OK.code();
    }

    private BackendTransaction reading(StorageBackend backend) {
        BackendTransaction now = Session.reading(backend);
        return asOf == null ? now : new AsOfTransaction(now, asOf);
    }

    /** The fields are known by now, so what does not bind has operands of the wrong types. */
    private static Select bind(Select select, TableSchema schema) {
        try {
            return select.bind(schema);
        } catch (QueryException | IllegalArgumentException e) {
            throw new CommandException(ExitCode.WRONG_TYPE, String.valueOf(e.getMessage()), e);
        }
    }

    private void count(BackendTransaction reading, Select select) throws IOException {
        RowWriter writer = format.or(OutputFormat.TABLE).writer(session.out(), COUNT, session.terminal());
        long count = reading.count(select);
        writer.write(Row.of(COUNT, count));
        writer.finish();
    }

    private void rows(BackendTransaction reading, Select select, TableSchema schema) throws IOException {
        RowType type = select.projection().isEmpty()
                ? schema.rowType()
                : Evaluation.projectionType(select.projection(), schema.rowType());
        RowWriter writer = format.or(OutputFormat.TABLE).writer(session.out(), type, session.terminal());
        try (RowCursor cursor = reading.select(select)) {
            for (Row row = cursor.next(); row != null; row = cursor.next()) {
                writer.write(row);
            }
        }
        writer.finish();
    }

    private Map<String, @Nullable Object> parameterValues() {
        Map<String, @Nullable Object> values = new LinkedHashMap<>();
        for (String parameter : parameters) {
            int equals = parameter.indexOf('=');
            if (equals <= 0) {
                throw new ParameterException(spec.commandLine(), "--param is NAME=VALUE, not '" + parameter + "'");
            }
            boolean json = parameter.charAt(equals - 1) == ':';
            String name = parameter.substring(0, json ? equals - 1 : equals);
            String value = parameter.substring(equals + 1);
            if (values.containsKey(name)) {
                throw new ParameterException(spec.commandLine(), "--param " + name + " is given twice");
            }
            values.put(name, json ? json(name, value) : value);
        }
        return values;
    }

    private @Nullable Object json(String name, String value) {
        try {
            return Json.parse(value);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--param " + name + ":= takes JSON: " + e.getMessage(), e);
        }
    }
}
