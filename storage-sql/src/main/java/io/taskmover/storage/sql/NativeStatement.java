package io.taskmover.storage.sql;

import io.taskmover.storage.error.QueryException;
import io.taskmover.storage.schema.Blob;
import io.taskmover.storage.schema.DataType;
import io.taskmover.storage.schema.Json;
import java.math.BigDecimal;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * A statement that a user wrote, in the database's own SQL.
 *
 * @param verb its first word, in lower case; empty if it begins with none
 */
record NativeStatement(String sql, String verb, List<? extends @Nullable Object> parameters) {
    private static final Pattern FIRST_WORD =
            Pattern.compile("(?s)\\A(?:\\s|--[^\\n]*\\n|/\\*.*?\\*/|\\()*+([A-Za-z]+)");

    /** They would end the transaction behind its back, as locks of tables do in MariaDB, or make it another. */
    private static final Set<String> CONTROL = Set.of(
            "begin",
            "start",
            "commit",
            "end",
            "rollback",
            "abort",
            "savepoint",
            "release",
            "prepare",
            "xa",
            "lock",
            "unlock",
            "flush");

    /** Settings that do the same. */
    private static final Pattern CONTROLLED = Pattern.compile("(?i)\\b(?:autocommit|transaction)\\b");

    private static final Set<String> DEFINITIONS =
            Set.of("create", "alter", "drop", "rename", "truncate", "comment", "grant", "revoke");

    /** @throws QueryException if it begins or ends transactions */
    static NativeStatement of(String sql, List<? extends @Nullable Object> parameters) {
        Matcher first = FIRST_WORD.matcher(sql);
        String verb = first.find() ? first.group(1).toLowerCase(Locale.ROOT) : "";
        if (CONTROL.contains(verb)
                || (verb.equals("set") && CONTROLLED.matcher(sql).find())) {
            throw new QueryException("'" + verb + "' is not to be run as a statement: the transaction has methods for"
                    + " savepoints and its end, and options for the rest");
        }
        return new NativeStatement(sql, verb, parameters);
    }

    /** Whether it changes the catalog. */
    boolean defines() {
        return DEFINITIONS.contains(verb);
    }

    void bind(PreparedStatement statement, Dialect dialect) throws SQLException {
        for (int i = 0; i < parameters.size(); i++) {
            bind(statement, i + 1, parameters.get(i), dialect);
        }
    }

    private static void bind(PreparedStatement statement, int index, @Nullable Object value, Dialect dialect)
            throws SQLException {
        DataType type = typeOf(value);
        if (value == null || type == null) {
            statement.setObject(index, value);
        } else {
            dialect.codec(type)
                    .bind(statement, index, type == DataType.JSON ? Json.canonical(value) : type.coerce(value));
        }
    }

    /** Null for what the driver is to make of it. */
    private static @Nullable DataType typeOf(@Nullable Object value) {
        if (value instanceof String || value instanceof Enum<?>) {
            return DataType.TEXT;
        }
        if (value instanceof Long || value instanceof Integer || value instanceof Short || value instanceof Byte) {
            return DataType.INTEGER;
        }
        if (value instanceof Double || value instanceof Float) {
            return DataType.REAL;
        }
        if (value instanceof BigDecimal) {
            return DataType.DECIMAL;
        }
        if (value instanceof Boolean) {
            return DataType.BOOLEAN;
        }
        if (value instanceof Instant) {
            return DataType.TIMESTAMP;
        }
        if (value instanceof LocalDate) {
            return DataType.DATE;
        }
        if (value instanceof LocalTime) {
            return DataType.TIME;
        }
        if (value instanceof UUID) {
            return DataType.UUID;
        }
        if (value instanceof Blob || value instanceof byte[]) {
            return DataType.BLOB;
        }
        return value instanceof Map<?, ?> || value instanceof Collection<?> ? DataType.JSON : null;
    }
}
