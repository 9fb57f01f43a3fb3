package io.taskmover.storage.cli.load;

import io.taskmover.storage.cli.input.BadRecordException;
import io.taskmover.storage.cli.input.BadRecordException.Kind;
import io.taskmover.storage.cli.input.InputRecord;
import io.taskmover.storage.schema.Column;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.TableSchema;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the schema of a table that an import makes: columns in the order in which the records first name them. */
final class NewTable extends TableCheck {
    private final String table;
    private final List<String> key;
    private final boolean typed;
    private final Map<String, ColumnGuess> columns = new LinkedHashMap<>();
    private final Class<?>[] keyTypes;
    private final long[] keyPlaces;

    NewTable(String table, List<String> key, boolean typed, boolean upsert) {
        super(upsert);
        this.table = table;
        this.key = key;
        this.typed = typed;
        this.keyTypes = new Class<?>[key.size()];
        this.keyPlaces = new long[key.size()];
    }

    @Override
    void check(InputRecord record, RecordSource source) throws BadRecordException {
        checkKey(record, source);
        for (Map.Entry<String, @Nullable Object> member : record.values().entrySet()) {
            ColumnGuess guess = columns.get(member.getKey());
            if (guess == null) {
                guess = new ColumnGuess();
                columns.put(member.getKey(), guess);
            }
            Object value = member.getValue();
            if (value == null) {
                continue;
            }
            if (typed) {
                guess.add(value);
            } else {
                guess.addText((String) value);
            }
        }
    }

    private void checkKey(InputRecord record, RecordSource source) throws BadRecordException {
        StringBuilder canonical = new StringBuilder();
        int bytes = 0;
        for (int i = 0; i < key.size(); i++) {
            Object part = record.values().get(key.get(i));
            if (part == null || (!typed && part.equals(""))) {
                throw new BadRecordException(
                        Kind.MALFORMED,
                        record.place(),
                        "no '" + key.get(i) + "'; --id names the field that holds the id");
            }
            checkKeyType(i, part, record, source);
            if (part instanceof String text) {
                bytes += text.getBytes(StandardCharsets.UTF_8).length;
            }
            canonical.append(part.toString().length()).append(':').append(part);
        }
        if (bytes > TableSchema.MAX_KEY_BYTES) {
            throw new BadRecordException(
                    Kind.WRONG_TYPE,
                    record.place(),
                    "the id has " + bytes + " bytes; at most " + TableSchema.MAX_KEY_BYTES + " are allowed");
        }
        requireNew(canonical.toString(), shownKey(record), record, source);
    }

    private Object shownKey(InputRecord record) {
        return key.size() == 1
                ? String.valueOf(record.values().get(key.get(0)))
                : key.stream().map(record.values()::get).toList();
    }

    private void checkKeyType(int i, Object part, InputRecord record, RecordSource source) throws BadRecordException {
        Class<?> type = part.getClass();
        if (type != String.class && type != Long.class && type != Boolean.class) {
            throw new BadRecordException(
                    Kind.WRONG_TYPE,
                    record.place(),
                    "'" + key.get(i) + "' must be a text, an integer of 64 bits or a boolean to be an id");
        }
        if (keyTypes[i] == null) {
            keyTypes[i] = type;
            keyPlaces[i] = source.encode(record.place());
        } else if (keyTypes[i] != type) {
            throw new BadRecordException(
                    Kind.WRONG_TYPE,
                    record.place(),
                    "'" + key.get(i) + "' is " + kind(type) + " here and " + kind(keyTypes[i]) + " in "
                            + source.decode(keyPlaces[i]) + "; ids must be of one kind");
        }
    }

    private static String kind(Class<?> type) {
        return type == String.class ? "a text" : type == Long.class ? "an integer" : "a boolean";
    }

    @Override
    TableSchema schema() {
        TableSchema.Builder schema = TableSchema.builder(table).primaryKey(key.toArray(new String[0]));
        columns.forEach((name, guess) -> {
            DataType type = typed ? guess.type() : guess.textType();
            // texts that look like fractions are still fine ids
            schema.column(Column.of(name, key.contains(name) && !type.isKeyType() ? DataType.TEXT : type));
        });
        return schema.build();
    }
}
