package io.taskmover.storage.cli;

import io.taskmover.storage.backend.BackendTransaction;
import io.taskmover.storage.backend.Capabilities;
import io.taskmover.storage.backend.Capabilities.Feature;
import io.taskmover.storage.backend.StorageBackend;
import io.taskmover.storage.cli.output.OutputFormat;
import io.taskmover.storage.cli.output.RowWriter;
import io.taskmover.storage.config.StorageConfig;
import io.taskmover.storage.metrics.Meter;
import io.taskmover.storage.metrics.Metric;
import io.taskmover.storage.query.Select;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Index;
import io.taskmover.storage.schema.Row;
import io.taskmover.storage.schema.RowType;
import io.taskmover.storage.schema.TableSchema;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "info",
        description = {
            "Tell what a store can do, what it measures and what it holds, with every column.",
            "With --format only what it measures, as rows. An application that has the store open counts for itself."
        })
final class InfoCommand implements Callable<Integer> {
    private static final RowType MEASURED = RowType.of(List.of(
            Column.of("measured", DataType.TEXT),
            Column.of("value", DataType.DECIMAL),
            Column.of("unit", DataType.TEXT),
            Column.of("meaning", DataType.TEXT)));

    private final Session session;

    @Mixin
    private final StoreArgument store = new StoreArgument();

    @Mixin
    private final FormatOption format = new FormatOption();

    InfoCommand(Session session) {
        this.session = session;
    }

    @Override
    public Integer call() throws IOException {
        try (StorageBackend backend = session.openToRead(store.url());
                BackendTransaction reading = Session.reading(backend)) {
            if (format.isGiven()) {
                measured(backend);
                return ExitCode.OK.code();
            }
            StorageConfig config = StorageConfig.of(store.url());
            session.print("store      " + config);
            Capabilities can = backend.capabilities();
            session.print("durable    " + yes(can.has(Feature.DURABLE)));
            session.print("isolation  "
                    + String.join(
                            ", ",
                            can.isolation().stream()
                                    .sorted()
                                    .map(level -> level.name().toLowerCase(Locale.ROOT))
                                    .toList()));
            session.print("writers    " + (can.has(Feature.CONCURRENT_WRITERS) ? "many at once" : "one at a time"));
            session.print("two-phase  " + yes(can.has(Feature.TWO_PHASE)));
            session.print("versions   " + yes(can.has(Feature.VERSIONING)));
            session.print("backups    " + yes(can.has(Feature.BACKUPS)));
            session.print("");
            measured(backend);
            session.print("");
            List<String> tables = reading.catalog().tables();
            session.print("tables     " + tables.size());
            for (String table : tables) {
                describe(reading, Session.table(reading, table));
            }
        }
        return ExitCode.OK.code();
    }

    private void measured(StorageBackend backend) throws IOException {
        RowWriter writer = format.or(OutputFormat.TABLE).writer(session.out(), MEASURED, session.terminal());
        for (Meter meter : backend.metrics().meters()) {
            Metric metric = meter.metric();
            if (metric.kind() == Metric.Kind.TIMER) {
                writer.write(Row.of(
                        MEASURED, meter.title(), BigDecimal.valueOf(meter.count()), "times", metric.description()));
            }
            writer.write(Row.of(
                    MEASURED,
                    meter.title(),
                    decimal(meter.value()),
                    metric.unit().symbol(),
                    metric.description()));
        }
        writer.finish();
    }

    /** Whole numbers without a point, others with three digits behind it at most. */
    private static BigDecimal decimal(double value) {
        BigDecimal rounded =
                BigDecimal.valueOf(value).setScale(3, RoundingMode.HALF_UP).stripTrailingZeros();
        return rounded.scale() < 0 ? rounded.setScale(0) : rounded;
    }

    private void describe(BackendTransaction reading, TableSchema schema) throws IOException {
        long rows = reading.count(Select.from(schema.name()));
        session.print("");
        session.print(String.format(Locale.ROOT, "%s, %,d rows", schema.name(), rows));
        int width = schema.columns().stream()
                .mapToInt(column -> column.name().length())
                .max()
                .orElse(0);
        for (Column column : schema.columns()) {
            session.print(
                    "  " + column.name() + " ".repeat(width - column.name().length()) + "  "
                            + String.join(", ", properties(schema, column)));
        }
        for (Index index : schema.indexes()) {
            session.print(
                    "  " + (index.unique() ? "unique index " : "index ") + index.name() + " on " + index.columns());
        }
    }

    private static List<String> properties(TableSchema schema, Column column) {
        List<String> properties = new ArrayList<>(List.of(column.type().name()));
        if (schema.primaryKey().contains(column.name())) {
            properties.add(schema.generatedKey() ? "id, generated" : "id");
        } else if (column.notNull()) {
            properties.add("not null");
        }
        if (schema.versionColumn().filter(column.name()::equals).isPresent()) {
            properties.add("version");
        }
        if (column.defaultValue() != null) {
            properties.add("default " + column.defaultValue());
        }
        column.checks().forEach(check -> properties.add(check.toString()));
        return properties;
    }

    private static String yes(boolean is) {
        return is ? "yes" : "no";
    }
}
